-- Which studied exposure is compared with which other exposure: never with a class that holds it.
SELECT
    studied.exposure,
    other.exposure AS comparator
FROM core.exposure AS studied
CROSS JOIN core.exposure AS other
ANTI JOIN core.exposure_substance AS member
    ON
        other.exposure = member.exposure
        AND studied.exposure = member.substance
WHERE studied.is_studied
