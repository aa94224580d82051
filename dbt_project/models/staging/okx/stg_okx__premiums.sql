-- The index of a swap on its day; where no list names it, the pair in its own name.
with underlyings as (
    {{ as_listed('okx', 'instruments', ['inst_id'], ['uly']) }}
),

paired as (
    select
        marks.*,
        indexes.idx_px,
        row_number() over (
            partition by marks.month, marks.inst_id, marks.ts
            order by abs(marks.ts - indexes.ts), indexes.ts desc
        ) as choice
    from ({{ latest_version('okx', 'mark_prices') }}) as marks
    left join underlyings
        on marks.inst_id = underlyings.inst_id
        and {{ listed_on(from_epoch_ms('marks.ts'), 'underlyings') }}
    inner join ({{ latest_version('okx', 'index_tickers') }}) as indexes
        on marks._run_id = indexes._run_id
        and coalesce(underlyings.uly, replace(marks.inst_id, '-SWAP', '')) = indexes.inst_id
        and abs(marks.ts - indexes.ts) <= 300000
    where
        marks.inst_id like '%-SWAP'
        and marks.mark_px > 0
        and indexes.idx_px > 0
)

select
    {{ market_of('okx', 'inst_id') }},
    mark_px / idx_px - 1 as premium,
    mark_px as mark_price,
    idx_px as index_price,
    {{ from_epoch_ms('ts') }} as observed_at,
    _fetched_at as fetched_at, month
from paired
where choice = 1
