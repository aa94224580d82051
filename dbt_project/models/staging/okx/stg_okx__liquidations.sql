with source as (
    {{ latest_version(source('okx', 'liquidations'), ['inst_id', 'ts', 'pos_side', 'sz', 'bk_px']) }}
),

-- What a contract is worth, as the list gave it last: base, or USD.
instruments as (
    select
        inst_id,
        max_by(ct_val * ct_mult, observed_on) as contract_size,
        max_by(ct_val_ccy, observed_on) as contract_currency
    from {{ source('okx', 'instruments') }}
    group by inst_id
),

renamed as (
    select
        -- ids
        'okx' as venue,
        source.inst_id as symbol,
        'okx:' || source.inst_id as market_id,

        -- text: accounts in net mode do not name the position; the order is on its other side
        case
            when pos_side in ('long', 'short') then pos_side
            when side = 'sell' then 'long'
            when side = 'buy' then 'short'
        end as side,
        'sampled' as coverage,

        -- numerics: at the bankruptcy price, for the fill is not told
        case when contract_currency = 'USD' then sz * contract_size / bk_px else sz * contract_size end as quantity_base,
        bk_px as price,
        case when contract_currency = 'USD' then sz * contract_size else sz * contract_size * bk_px end as liquidated_usd,

        -- timestamps
        {{ from_epoch_ms('ts') }} as liquidated_at,
        _fetched_at as fetched_at,
        month
    from source
    left join instruments
        on source.inst_id = instruments.inst_id
    where source.inst_id like '%-SWAP'
)

select * from renamed
