"""Which calls of the security plugin are never let through? All of them: whose rights they are is not decided here."""

from typing import Final

from vecgate.dialects.base.lucene.forms.table import refused

# fmt: off
ROWS: Final = (
    *refused(
        "users, roles and tenants of the database stand beside those of the gateway; they are changed at the database",
        "https://docs.opensearch.org/latest/security/access-control/api/",
        """
auth_read 1 GET security_get_sslinfo /_opendistro/_security/sslinfo
auth_read 1 GET,POST security_authinfo /_plugins/_security/authinfo
auth_read 1 GET security_get_dashboards_info /_plugins/_security/dashboardsinfo
auth_read 1 POST security_post_dashboards_info /_plugins/_security/dashboardsinfo
auth_read 1 GET,POST security_health /_plugins/_security/health
auth_read 1 GET,POST security_tenant_info /_plugins/_security/tenantinfo
auth_read 1 GET,POST security_who_am_i /_plugins/_security/whoami
auth_read 1 GET security_who_am_i_protected /_plugins/_security/whoamiprotected
auth_read 1 GET security_config_upgrade_check /_plugins/_security/api/_upgrade_check
auth_admin 4 POST security_config_upgrade_perform /_plugins/_security/api/_upgrade_perform
auth_read 1 GET security_get_account_details /_plugins/_security/api/account
auth_admin 4 PUT security_change_password /_plugins/_security/api/account
auth_read 1 GET security_get_action_groups /_plugins/_security/api/actiongroups
auth_admin 4 PATCH security_patch_action_groups /_plugins/_security/api/actiongroups
auth_read 1 GET security_get_action_group /_plugins/_security/api/actiongroups/{action_group}
auth_admin 4 PUT security_create_action_group /_plugins/_security/api/actiongroups/{action_group}
auth_admin 4 PATCH security_patch_action_group /_plugins/_security/api/actiongroups/{action_group}
auth_admin 4 DELETE security_delete_action_group /_plugins/_security/api/actiongroups/{action_group}
auth_read 1 GET security_get_allowlist /_plugins/_security/api/allowlist
auth_admin 4 PUT security_create_allowlist /_plugins/_security/api/allowlist
auth_admin 4 PATCH security_patch_allowlist /_plugins/_security/api/allowlist
auth_read 1 GET security_get_audit_configuration /_plugins/_security/api/audit
auth_admin 4 PATCH security_patch_audit_configuration /_plugins/_security/api/audit
auth_admin 4 PUT security_update_audit_configuration /_plugins/_security/api/audit/config
auth_admin 4 POST security_authtoken /_plugins/_security/api/authtoken
auth_read 1 GET security_cache /_plugins/_security/api/cache
auth_admin 4 POST,PUT security_cache /_plugins/_security/api/cache
auth_admin 4 DELETE security_flush_cache /_plugins/_security/api/cache
auth_read 1 GET security_get_all_certificates /_plugins/_security/api/certificates
auth_read 1 GET security_get_node_certificates /_plugins/_security/api/certificates/{node_id}
auth_admin 4 POST security_generate_obo_token /_plugins/_security/api/generateonbehalfoftoken
auth_read 1 GET security_get_users /_plugins/_security/api/internalusers
auth_admin 4 PATCH security_patch_users /_plugins/_security/api/internalusers
auth_read 1 GET security_get_user /_plugins/_security/api/internalusers/{username}
auth_admin 4 PUT security_create_user /_plugins/_security/api/internalusers/{username}
auth_admin 4 PATCH security_patch_user /_plugins/_security/api/internalusers/{username}
auth_admin 4 DELETE security_delete_user /_plugins/_security/api/internalusers/{username}
auth_admin 4 POST security_generate_user_token /_plugins/_security/api/internalusers/{username}/authtoken
auth_admin 4 POST security_migrate /_plugins/_security/api/migrate
auth_read 1 GET security_get_distinguished_names /_plugins/_security/api/nodesdn
auth_admin 4 PATCH security_patch_distinguished_names /_plugins/_security/api/nodesdn
auth_read 1 GET security_get_distinguished_name /_plugins/_security/api/nodesdn/{cluster_name}
auth_admin 4 PUT security_update_distinguished_name /_plugins/_security/api/nodesdn/{cluster_name}
auth_admin 4 PATCH security_patch_distinguished_name /_plugins/_security/api/nodesdn/{cluster_name}
auth_admin 4 DELETE security_delete_distinguished_name /_plugins/_security/api/nodesdn/{cluster_name}
auth_read 1 GET security_get_permissions_info /_plugins/_security/api/permissionsinfo
auth_read 1 GET security_get_roles /_plugins/_security/api/roles
auth_admin 4 PATCH security_patch_roles /_plugins/_security/api/roles
auth_read 1 GET security_get_role /_plugins/_security/api/roles/{role}
auth_admin 4 PUT security_create_role /_plugins/_security/api/roles/{role}
auth_admin 4 PATCH security_patch_role /_plugins/_security/api/roles/{role}
auth_admin 4 DELETE security_delete_role /_plugins/_security/api/roles/{role}
auth_read 1 GET security_get_role_mappings /_plugins/_security/api/rolesmapping
auth_admin 4 PATCH security_patch_role_mappings /_plugins/_security/api/rolesmapping
auth_read 1 GET security_get_role_mapping /_plugins/_security/api/rolesmapping/{role}
auth_admin 4 PUT security_create_role_mapping /_plugins/_security/api/rolesmapping/{role}
auth_admin 4 PATCH security_patch_role_mapping /_plugins/_security/api/rolesmapping/{role}
auth_admin 4 DELETE security_delete_role_mapping /_plugins/_security/api/rolesmapping/{role}
auth_read 1 GET security_get_configuration /_plugins/_security/api/securityconfig
auth_admin 4 PATCH security_patch_configuration /_plugins/_security/api/securityconfig
auth_admin 4 PUT security_update_configuration /_plugins/_security/api/securityconfig/config
auth_read 1 GET security_get_certificates /_plugins/_security/api/ssl/certs
auth_admin 4 PUT security_reload_http_certificates /_plugins/_security/api/ssl/http/reloadcerts
auth_admin 4 PUT security_reload_transport_certificates /_plugins/_security/api/ssl/transport/reloadcerts
auth_read 1 GET security_get_tenancy_config /_plugins/_security/api/tenancy/config
auth_admin 4 PUT security_create_update_tenancy_config /_plugins/_security/api/tenancy/config
auth_read 1 GET security_get_tenants /_plugins/_security/api/tenants
auth_admin 4 PATCH security_patch_tenants /_plugins/_security/api/tenants
auth_read 1 GET security_get_tenant /_plugins/_security/api/tenants/{tenant}
auth_admin 4 PUT security_create_tenant /_plugins/_security/api/tenants/{tenant}
auth_admin 4 PATCH security_patch_tenant /_plugins/_security/api/tenants/{tenant}
auth_admin 4 DELETE security_delete_tenant /_plugins/_security/api/tenants/{tenant}
auth_read 1 GET security_get_users_legacy /_plugins/_security/api/user
auth_read 1 GET security_get_user_legacy /_plugins/_security/api/user/{username}
auth_admin 4 PUT security_create_user_legacy /_plugins/_security/api/user/{username}
auth_admin 4 DELETE security_delete_user_legacy /_plugins/_security/api/user/{username}
auth_admin 4 POST security_generate_user_token_legacy /_plugins/_security/api/user/{username}/authtoken
auth_read 1 GET security_validate /_plugins/_security/api/validate
auth_read 1 GET security_analytics_get_alerts /_plugins/_security_analytics/alerts
auth_read 1 GET security_analytics_get_findings /_plugins/_security_analytics/findings/_search
auth_read 1 GET security_analytics_search_finding_correlations /_plugins/_security_analytics/findings/correlate
        """,
    ),
)
# fmt: on
