SELECT quarter, table_name, rule, kind, severity, is_success, observed_value, limit_text, sentence
FROM meta.expectation_result
ORDER BY quarter, table_name, rule
