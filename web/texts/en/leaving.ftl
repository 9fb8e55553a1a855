# Deleting an account or a tenant, taking that back, and taking one's data along.

leaving-title = Your data
leaving-export = Download all we keep about you
leaving-export-what = One file with your profile, memberships, sessions, tokens and passkeys, without any secret.
leaving-link-account = Delete your account
leaving-link-tenant = Delete “{ $name }” with its houses
leaving-link-tenant-keep = “{ $name }” is being deleted: look or keep it
leaving-means = What it means
leaving-sure = Are you sure?
leaving-password = Your password
leaving-first = First
leaving-account-title = Delete your account
leaving-account-at-once = You are logged out everywhere at once, and your tokens stop working.
leaving-account-later =
    { $days ->
        [one] Everything about you is erased in { $days } day. Until then, logging in lets you keep your account.
       *[other] Everything about you is erased in { $days } days. Until then, logging in lets you keep your account.
    }
leaving-account-goes = “{ $name }” is yours alone: its houses stop at once and are erased after 30 days.
leaving-account-handed-over = “{ $name }” stays, and its other owner answers for it.
leaving-account-type = Type { $email }
leaving-account-do = Delete my account
leaving-blocking = You are the only owner of “{ $name }”, which has other members. Make one of them an owner, or delete it.
leaving-blocking-delete = Delete “{ $name }”
leaving-last-admin = You are the only admin of this service. Make somebody else an admin.
leaving-tenant-title = Delete “{ $name }”
leaving-tenant-crumb = Delete
leaving-tenant-at-once = Everything stops at once: nothing can connect or be changed.
leaving-tenant-house = The house “{ $name }” with all its values and settings.
leaving-tenant-later =
    { $days ->
        [one] After { $days } day everything is erased for good. Until then an owner can take it back.
       *[other] After { $days } days everything is erased for good. Until then an owner can take it back.
    }
leaving-tenant-type = Type { $name }
leaving-tenant-do = Delete it all
leaving-tenant-under-way = It is being deleted
leaving-tenant-erased-on = Everything has stopped and is erased on { $moment }.
leaving-tenant-keep = Keep it
leaving-tenant-by-admin = An admin of this service deleted it; only they can take that back. Ask them if it is a mistake.
leaving-keep-title = Keep your account?
leaving-keep-what = You asked to delete it. It is erased on { $moment }. If you keep it, the houses that would have gone with it come back as well; API tokens do not.
leaving-keep-do = Keep my account
leaving-keep-not = No, let it go
leaving-done-tenant = It is being deleted. You can take that back here.
leaving-done-kept = It stays. Everything runs again.
leaving-done-account = Your account is being deleted. Log in within 14 days to keep it.
