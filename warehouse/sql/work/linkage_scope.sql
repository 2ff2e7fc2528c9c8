-- Whether all cases are compared: where there are more than the limit, only those of studied substances and of
-- comparators.
SELECT count(*) <= max(setting.most_cases) AS is_everyone
FROM work.current_report
CROSS JOIN work.linkage_setting AS setting
