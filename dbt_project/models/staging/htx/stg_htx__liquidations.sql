with source as (
    {{ latest_version(source('htx', 'liquidations'), ['contract_code', 'created_at', 'query_id']) }}
),

contract_sizes as (
    {{ htx_contract_sizes() }}
),

renamed as (
    select
        -- ids
        'htx' as venue,
        source.contract_code as symbol,
        'htx:' || source.contract_code as market_id,

        -- text: direction is the order's, which is opposite to the position
        case direction when 'sell' then 'long' when 'buy' then 'short' end as side,
        'venue' as coverage,

        -- numerics: an order has one side; nothing is counted twice here
        amount as quantity_base,
        price,
        case
            when source.contract_code like '%-USD'
                then volume * coalesce(contract_sizes.contract_size, {{ htx_coin_m_contract_usd('source.contract_code') }})
            else coalesce(trade_turnover, amount * price)
        end as liquidated_usd,

        -- timestamps
        {{ from_epoch_ms('created_at') }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from source
    left join contract_sizes
        on source.contract_code = contract_sizes.contract_code
    where {{ is_htx_perpetual('source.contract_code') }}
)

select * from renamed
