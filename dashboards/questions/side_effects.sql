SELECT side_effect, side_effect_name, question
FROM core.side_effect
