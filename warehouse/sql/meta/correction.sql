-- Corrections of staged rows and how many rows each one met.
SELECT * FROM staged.correction
