-- Substances that somebody vouches for: FDA codes them as an active ingredient in this build, or a table lists them.
SELECT substance
FROM core.drug_name_substance
WHERE matched_field = 'active_ingredient' OR match_rule IN ('listed', 'dictionary')
UNION
SELECT substance
FROM work.listed_ingredient
