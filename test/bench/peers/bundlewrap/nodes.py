nodes = {
    'host': {'bundles': ['coop'], 'os': 'debian', 'cmd_wrapper_outer': 'sh -c {}'},
}
