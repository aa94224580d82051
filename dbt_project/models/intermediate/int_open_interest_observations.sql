-- The last figure of each market and UTC day, and the last zero that no figure follows.
{{ open_interest_stock('date') }}
