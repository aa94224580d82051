with states as (
    {{ latest_version(source('gate', 'contract_states'), ['settle', 'name', 'observed_at']) }}
),

stats as (
    {{ latest_version(source('gate', 'contract_stats'), ['settle', 'contract', adapter.quote('interval'), adapter.quote('time')]) }}
),

contracts as (
    {{ gate_contracts() }}
),

-- Statistics counted one side once and count both now; nobody said when it changed. Twice a whole number is even, so a day on which
-- any contract of whole sizes is odd counted one side. Contracts that trade in fractions prove nothing.
sided as (
    select
        stats.*,
        contracts.type,
        contracts.quanto_multiplier,
        2 - max(
            case when not coalesce(contracts.enable_decimal, false) and stats.open_interest - 2 * floor(stats.open_interest / 2) = 1
                then 1 else 0
            end
        ) over (partition by stats.month, cast({{ from_epoch_s('stats.' ~ adapter.quote('time')) }} as date)) as sides
    from stats
    left join contracts
        on stats.settle = contracts.settle
        and stats.contract = contracts.contract
),

observations as (
    select
        settle, name as contract, type, quanto_multiplier, 1 as sides, position_size as contracts,
        mark_price, observed_at, _fetched_at, month
    from states
    union all
    select
        settle, contract, type, quanto_multiplier, sides, open_interest / sides as contracts,
        mark_price, {{ from_epoch_s(adapter.quote('time')) }} as observed_at, _fetched_at, month
    from sided
),

valued as (
    select
        *,
        case when mark_price > 0 then mark_price end as price,
        case when {{ is_gate_inverse() }} then contracts / nullif(mark_price, 0) else contracts * quanto_multiplier end as base
    from observations
),

renamed as (
    select
        -- ids
        'gate' as venue,
        contract as symbol,
        'gate:' || contract as market_id,

        -- text
        case when sides = 2 then 'two_sided' else 'one_sided' end as side_convention,
        case when price is not null then 'mark' end as price_kind,

        -- numerics: contracts of so much base, or of 1 USD
        base as open_interest_base,
        case
            when {{ is_gate_inverse() }} then contracts
            when {{ is_gate_dollar_settled() }} then base * price
        end as open_interest_usd,
        cast(null as double) as long_usd,
        cast(null as double) as short_usd,
        price as price_used,

        -- timestamps
        observed_at,
        _fetched_at as fetched_at,
        month
    from valued
)

select * from renamed
