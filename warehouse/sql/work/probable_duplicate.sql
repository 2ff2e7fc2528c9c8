-- Cases in whose place another one is kept.
SELECT case_id
FROM core.report_duplicate
WHERE reason <> 'kept'
