-- What is known of a protocol now, be it one of the seed or one that DefiLlama lists as perpetuals; what its token was before is in the seed of token models.
select
    protocols.protocol,
    protocols.name,
    protocols.category,
    protocols.token,
    protocols.coingecko_id,
    protocols.defillama_slug,
    protocols.parent_protocol,
    protocols.parent_protocol is not null as is_part,
    models.token_model,
    models.mechanism as token_mechanism,
    models.disposal as token_disposal,
    models.source_url as token_model_source_url,
    protocols.launched_on,
    models.ai_side,
    models.is_token_needed,
    protocols.is_curated
from {{ ref('int_protocols') }} as protocols
left join {{ ref('token_models') }} as models
    on protocols.protocol = models.protocol and models.effective_to is null
