with source as (
    {{ latest_version(source('okx', 'liquidations'), ['inst_id', 'ts', 'pos_side', 'sz', 'bk_px']) }}
),

renamed as (
    select
        -- ids
        'okx' as venue,
        inst_id as symbol,
        'okx:' || inst_id as market_id,

        -- text: accounts in net mode do not name the position; the order is on its other side
        case
            when pos_side in ('long', 'short') then pos_side
            when side = 'sell' then 'long'
            when side = 'buy' then 'short'
        end as side,
        'sampled' as coverage,

        -- numerics: contracts, at the bankruptcy price, for the fill is not told
        cast(null as double) as quantity_base,
        bk_px as price,
        cast(null as double) as liquidated_usd,
        sz as amount,
        'contracts' as amount_unit,
        cast(null as double) as own_contract_size,

        -- timestamps
        {{ from_epoch_ms('ts') }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from source
    where inst_id like '%-SWAP'
)

select * from renamed
