"""Which records, fields and amounts may this caller reach at all? Guards: one module each, pure; steps call them."""
