SELECT quarter, table_name, rows_loaded, rows_counted, rows_excluded, rows_without_report
FROM meta.row_account
ORDER BY quarter, table_name
