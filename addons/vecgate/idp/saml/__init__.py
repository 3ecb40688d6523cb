"""How does somebody log in at a SAML identity provider? We are a service provider: strict, and of one provider."""
