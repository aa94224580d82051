-- A list that is read after the halt says what there was at the halt.
with dated as (
    select
        *,
        row_number() over (
            partition by symbol, least(observed_on, cast('2026-04-02' as date))
            order by observed_on
        ) as choice
    from ({{ latest_version('drift', 'instruments') }}) as source
)

select
    {{ market_of('drift', 'symbol') }},
    '' as list_id,
    -- 1MPEPE is a million PEPE, 1KWEN a thousand WEN
    base_asset,
    'USD' as quote_asset,
    quote_asset as settle_asset,
    'linear' as contract_type,
    'crypto' as underlying_class,
    1.0 as contract_size,
    cast(1 as bigint) as funding_interval_hours,
    -- nothing is listed since the halt, whatever the list says
    coalesce(status, '') = 'active' and observed_on < cast('2026-04-02' as date) as is_listed,
    false as is_derived,
    {{ not_given('listed_at') }},
    least(observed_on, cast('2026-04-02' as date)) as observed_on
from dated
where
    choice = 1
    and market_type = 'perp'
    -- predictions, not perpetuals
    and symbol not like '%-BET'
