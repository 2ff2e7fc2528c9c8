-- known_choice(role_scope, definition, context, duplicates)
-- The choices in small letters. One that does not exist is an error that lists them.
SELECT
    CASE
        WHEN lower(role_scope) IN ('primary_suspect', 'suspect', 'any') THEN lower(role_scope)
        ELSE error(concat('No role scope ''', role_scope, '''. There are: primary_suspect, suspect, any.'))
    END AS role_scope,
    CASE
        WHEN lower(definition) IN ('single_term', 'label_style', 'broad') THEN lower(definition)
        ELSE error(concat('No definition ''', definition, '''. There are: single_term, label_style, broad.'))
    END AS definition,
    CASE
        WHEN lower(context) IN (
            'all', 'social_anxiety', 'other_anxiety_ptsd', 'depression', 'anaesthesia_procedure', 'pain',
            'misuse_or_overdose', 'other', 'unknown'
        ) THEN lower(context)
        ELSE error(
            concat(
                'No context ''', context, '''. There are: all, social_anxiety, other_anxiety_ptsd, depression, ',
                'anaesthesia_procedure, pain, misuse_or_overdose, other, unknown.'
            )
        )
    END AS context,
    CASE
        WHEN lower(duplicates) IN ('kept', 'removed') THEN lower(duplicates)
        ELSE error(concat('No choice of duplicates ''', duplicates, '''. There are: kept, removed.'))
    END AS duplicates
