-- Which tenants have systems that are told, so that what happens elsewhere costs no work.
call show_work_to_platform('webhook_endpoints', 'state', 'state = ''active''');
