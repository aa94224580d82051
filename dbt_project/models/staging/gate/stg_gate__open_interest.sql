with fractions as (
    {{ gate_fractions() }}
),

-- Statistics counted one side once and count both now; nobody said when it changed. Twice a whole number is even, so a day on which
-- any contract of whole sizes is odd counted one side. Contracts that trade in fractions prove nothing.
sided as (
    select
        stats.*,
        2 - max(
            case when not coalesce(fractions.enable_decimal, false) and stats.open_interest - 2 * floor(stats.open_interest / 2) = 1
                then 1 else 0
            end
        ) over (partition by stats.month, cast({{ from_epoch_s('stats.' ~ adapter.quote('time')) }} as date)) as sides
    from ({{ latest_version('gate', 'contract_stats') }}) as stats
    left join fractions
        on stats.settle = fractions.settle
        and stats.contract = fractions.contract
        and {{ listed_on(from_epoch_s('stats.' ~ adapter.quote('time')), 'fractions') }}
),

-- A state names its multiplier; statistics have the same in USD, so they say what a contract is worth.
observations as (
    select
        settle, name as contract, 1 as sides, position_size as contracts, mark_price,
        case when quanto_multiplier > 0 then quanto_multiplier end as own_contract_size, observed_at, _fetched_at, month
    from ({{ latest_version('gate', 'contract_states') }}) as states
    union all
    select
        settle, contract, sides, open_interest / sides as contracts, mark_price,
        case when {{ is_gate_dollar_settled() }} and open_interest > 0 and mark_price > 0 then open_interest_usd / open_interest / mark_price end
            as own_contract_size,
        {{ from_epoch_s(adapter.quote('time')) }} as observed_at, _fetched_at, month
    from sided
)

select
    {{ market_of('gate', 'contract') }},
    case when sides = 2 then 'two_sided' else 'one_sided' end as side_convention,
    case when mark_price > 0 then 'mark' end as price_kind,
    {{ not_given('open_interest_base', 'open_interest_usd', 'long_usd', 'short_usd', 'traded_contracts', 'traded_turnover') }},
    case when mark_price > 0 then mark_price end as price_used,
    contracts as amount,
    case when {{ is_gate_of_dollars() }} then 'usd' else 'contracts' end as amount_unit,
    own_contract_size,
    observed_at,
    _fetched_at as fetched_at, month
from observations
