/** The modules in Debian 12's package apache2, as `a2query -m` and /etc/apache2/mods-available name them. */
export const MODULES: readonly string[] = `
  access_compat actions alias allowmethods asis auth_basic auth_digest auth_form authn_anon authn_core authn_dbd authn_dbm authn_file authn_socache
  authnz_fcgi authnz_ldap authz_core authz_dbd authz_dbm authz_groupfile authz_host authz_owner authz_user autoindex brotli buffer cache cache_disk
  cache_socache cern_meta cgi cgid charset_lite data dav dav_fs dav_lock dbd deflate dialup dir dump_io echo env expires ext_filter file_cache filter
  headers heartbeat heartmonitor http2 ident imagemap include info lbmethod_bybusyness lbmethod_byrequests lbmethod_bytraffic lbmethod_heartbeat ldap
  log_debug log_forensic lua macro md mime mime_magic mpm_event mpm_prefork mpm_worker negotiation proxy proxy_ajp proxy_balancer proxy_connect
  proxy_express proxy_fcgi proxy_fdpass proxy_ftp proxy_hcheck proxy_html proxy_http proxy_http2 proxy_scgi proxy_uwsgi proxy_wstunnel ratelimit
  reflector remoteip reqtimeout request rewrite sed session session_cookie session_crypto session_dbd setenvif slotmem_plain slotmem_shm socache_dbm
  socache_memcache socache_redis socache_shmcb speling ssl status substitute suexec unique_id userdir usertrack vhost_alias xml2enc
`.trim().split(/\s+/);

/** Those that also bring a .conf file. */
export const MODULES_WITH_CONF: readonly string[] = `
  actions alias autoindex cache_disk cgid dav_fs deflate dir http2 info ldap mime mime_magic mpm_event mpm_prefork mpm_worker negotiation proxy
  proxy_balancer proxy_ftp proxy_html reqtimeout setenvif ssl status userdir
`.trim().split(/\s+/);

/** Those that are enabled by the installation. */
export const ENABLED_MODULES: readonly string[] = `
  access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user autoindex deflate dir env filter mime mpm_event negotiation
  reqtimeout setenvif status
`.trim().split(/\s+/);
