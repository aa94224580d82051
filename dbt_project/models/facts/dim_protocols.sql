select
    protocol,
    name,
    category,
    token,
    coingecko_id,
    defillama_slug,
    parent_protocol,
    token_model,
    token_model_source_url
from {{ ref('protocols') }}
