-- Names of drugs that hold a studied substance.
SELECT DISTINCT named.drug_name_id
FROM core.drug_name_substance AS named
INNER JOIN core.exposure AS exposure
    ON named.substance = exposure.exposure
WHERE exposure.is_studied
