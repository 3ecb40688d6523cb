"""Which calls about users, roles, keys and tokens are never let through, and why?"""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import refused

# fmt: off
ROWS: Final = (
    *refused(
        "users, roles, keys and tokens of the database stand beside those of the gateway; they are changed at the database",
        "https://www.elastic.co/docs/api/doc/elasticsearch/v8/group/endpoint-security",
        """
cluster_admin 3 POST encryption_reset /_encryption/_reset
auth_admin 1 GET security_authenticate /_security/_authenticate
auth_admin 4 POST security_query_api_keys /_security/_query/api_key
auth_admin 4 POST security_query_role /_security/_query/role
auth_admin 4 POST security_query_user /_security/_query/user
auth_admin 4 DELETE security_invalidate_api_key /_security/api_key
auth_admin 1 GET security_get_api_key /_security/api_key
auth_admin 4 POST,PUT security_create_api_key /_security/api_key
auth_admin 4 POST security_bulk_update_api_keys /_security/api_key/_bulk_update
auth_admin 4 PUT security_clone_api_key /_security/api_key/clone
auth_admin 4 POST security_grant_api_key /_security/api_key/grant
auth_admin 4 POST security_clear_api_key_cache /_security/api_key/{ids}/_clear_cache
auth_admin 4 PUT security_update_api_key /_security/api_key/{id}
auth_admin 4 POST security_create_cross_cluster_api_key /_security/cross_cluster/api_key
auth_admin 4 PUT security_update_cross_cluster_api_key /_security/cross_cluster/api_key/{id}
auth_admin 4 POST security_delegate_pki /_security/delegate_pki
auth_admin 1 GET security_enroll_kibana /_security/enroll/kibana
auth_admin 1 GET security_enroll_node /_security/enroll/node
auth_admin 4 DELETE security_invalidate_token /_security/oauth2/token
auth_admin 4 POST security_get_token /_security/oauth2/token
auth_admin 4 POST security_oidc_authenticate /_security/oidc/authenticate
auth_admin 4 POST security_oidc_logout /_security/oidc/logout
auth_admin 4 POST security_oidc_prepare_authentication /_security/oidc/prepare
auth_admin 1 GET security_get_privileges /_security/privilege
auth_admin 4 POST security_get_privileges /_security/privilege
auth_admin 4 PUT security_put_privileges /_security/privilege
auth_admin 1 GET security_get_builtin_privileges /_security/privilege/_builtin
auth_admin 1 GET security_get_privileges /_security/privilege/{application}
auth_admin 4 POST security_clear_cached_privileges /_security/privilege/{application}/_clear_cache
auth_admin 4 DELETE security_delete_privileges /_security/privilege/{application}/{name}
auth_admin 1 GET security_get_privileges /_security/privilege/{application}/{name}
auth_admin 4 POST security_activate_user_profile /_security/profile/_activate
auth_admin 4 POST security_has_privileges_user_profile /_security/profile/_has_privileges
auth_admin 4 POST security_suggest_user_profiles /_security/profile/_suggest
auth_admin 1 GET security_get_user_profile /_security/profile/{uid}
auth_admin 4 PUT security_update_user_profile_data /_security/profile/{uid}/_data
auth_admin 4 PUT security_disable_user_profile /_security/profile/{uid}/_disable
auth_admin 4 PUT security_enable_user_profile /_security/profile/{uid}/_enable
auth_admin 4 POST security_clear_cached_realms /_security/realm/{realms}/_clear_cache
auth_admin 4 DELETE security_bulk_delete_role /_security/role
auth_admin 1 GET security_get_role /_security/role
auth_admin 4 POST security_bulk_put_role /_security/role
auth_admin 4 DELETE,POST security_delete_role /_security/role/{name}
auth_admin 1 GET security_get_role /_security/role/{name}
auth_admin 4 PUT security_put_role /_security/role/{name}
auth_admin 4 POST security_clear_cached_roles /_security/role/{name}/_clear_cache
auth_admin 1 GET security_get_role_mapping /_security/role_mapping
auth_admin 4 DELETE,POST security_delete_role_mapping /_security/role_mapping/{name}
auth_admin 1 GET security_get_role_mapping /_security/role_mapping/{name}
auth_admin 4 PUT security_put_role_mapping /_security/role_mapping/{name}
auth_admin 4 POST security_saml_authenticate /_security/saml/authenticate
auth_admin 4 POST security_saml_complete_logout /_security/saml/complete_logout
auth_admin 4 POST security_saml_invalidate /_security/saml/invalidate
auth_admin 4 POST security_saml_logout /_security/saml/logout
auth_admin 1 GET security_saml_service_provider_metadata /_security/saml/metadata/{realm_name}
auth_admin 4 POST security_saml_prepare_authentication /_security/saml/prepare
auth_admin 1 GET security_get_service_accounts /_security/service
auth_admin 1 GET security_get_service_accounts /_security/service/{namespace}
auth_admin 1 GET security_get_service_accounts /_security/service/{namespace}/{service}
auth_admin 1 GET security_get_service_credentials /_security/service/{namespace}/{service}/credential
auth_admin 4 POST,PUT security_create_service_token /_security/service/{namespace}/{service}/credential/token
auth_admin 4 DELETE security_delete_service_token /_security/service/{namespace}/{service}/credential/token/{name}
auth_admin 4 POST,PUT security_create_service_token /_security/service/{namespace}/{service}/credential/token/{name}
auth_admin 4 POST security_clear_cached_service_tokens /_security/service/{namespace}/{service}/credential/token/{name}/_clear_cache
auth_admin 1 GET security_get_settings /_security/settings
auth_admin 4 PUT security_update_settings /_security/settings
auth_admin 1 GET security_get_stats /_security/stats
auth_admin 1 GET security_get_user /_security/user
auth_admin 4 POST security_has_privileges /_security/user/_has_privileges
auth_admin 4 PUT security_change_password /_security/user/_password
auth_admin 1 GET security_get_user_privileges /_security/user/_privileges
auth_admin 4 DELETE,POST security_delete_user /_security/user/{username}
auth_admin 1 GET security_get_user /_security/user/{username}
auth_admin 4 PUT security_put_user /_security/user/{username}
auth_admin 4 POST,PUT security_disable_user /_security/user/{username}/_disable
auth_admin 4 POST,PUT security_enable_user /_security/user/{username}/_enable
auth_admin 4 POST,PUT security_change_password /_security/user/{username}/_password
auth_admin 4 POST security_has_privileges /_security/user/{user}/_has_privileges
cluster_admin 1 GET ssl_certificates /_ssl/certificates
        """,
    ),
)
# fmt: on
