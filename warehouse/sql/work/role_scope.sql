-- Role scopes from narrow to wide: each holds the ones before it.
SELECT
    unnest(['primary_suspect', 'suspect', 'any']) AS role_scope,
    unnest([1, 2, 3]) AS role_rank
