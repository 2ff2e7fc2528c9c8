-- The profiles of every case of the universe, one in each cut.
SELECT
    counted.case_id,
    context.profile AS context_profile,
    choice.profile AS choice_profile,
    stratum.profile AS stratum_profile,
    region.profile AS region_profile,
    reporter.profile AS reporter_profile
FROM work.counted_case AS counted
INNER JOIN work.profile AS context
    ON
        context.cut = 'context'
        AND counted.context = context.context
        AND counted.route_group = context.route_group
INNER JOIN work.profile AS choice
    ON
        choice.cut = 'choice'
        AND counted.is_probable_duplicate = choice.is_probable_duplicate
        AND counted.is_literature = choice.is_literature
        AND counted.is_professional = choice.is_professional
        AND counted.is_serious = choice.is_serious
        AND counted.is_with_esketamine = choice.is_with_esketamine
INNER JOIN work.profile AS stratum
    ON
        stratum.cut = 'stratum'
        AND counted.sex = stratum.sex
        AND counted.age_group = stratum.age_group
        AND counted.period = stratum.period
INNER JOIN work.profile AS region
    ON
        region.cut = 'region'
        AND counted.region = region.region
INNER JOIN work.profile AS reporter
    ON
        reporter.cut = 'reporter_group'
        AND counted.reporter_group = reporter.reporter_group
