# Administration.

admin-tenants-counted =
    { $count ->
        [0] no tenants
        [one] { $count } tenant
       *[other] { $count } tenants
    }
admin-plan-with-exceptions =
    { $count ->
        [one] { $plan } + { $count } exception
       *[other] { $plan } + { $count } exceptions
    }
admin-search-too-many-words = At most { $most } words.
admin-changes-behind =
    { $count ->
        [one] { $count } change behind
       *[other] { $count } changes behind
    }
admin-reader-gateway = gateway
admin-reader-operator = runtimes
admin-part-well = Well
admin-part-degraded = Degraded
admin-part-failed = Failed

standing-active = Active
standing-read-only = Read-only
standing-suspended = Suspended
standing-deleting = Being deleted

hosting-hosted = hosted
hosting-on-premise = at home

role-owner = owner
role-admin = admin
role-installer = installer
role-resident = resident
role-guest = guest
admin-plan-add = Add a plan
admin-plan-name-hint = Small letters, digits and dashes. It never changes.
admin-plan-title = Title
admin-plan-title-hint = What people read.
admin-plan-like = Begins like
admin-plan-add-it = Add the plan
admin-plan-named = Plan { $name }
admin-plan-hint = Whole numbers, or unlimited. Sizes are in bytes. All tenants on the plan feel a change within a second; exceptions stay.
admin-erased = Erased tenants
admin-erased-crumb = Erased
admin-erased-none = No tenant was erased
admin-erased-none-why = A deleted tenant can come back for 30 days. Then everything of it is erased, and a receipt appears here.
admin-back-to-tenants = Back to the tenants
admin-erased-clean = Nothing is left
admin-erased-left = Something is left
admin-erased-waiting = Waiting for { $reader }
admin-erased-store = Store
admin-erased-removed = Removed
admin-erased-found = Found afterwards
admin-parts = Parts of this process
admin-cell = Cell { $name }
admin-cell-why = How far its parts are in applying what was decided here.
admin-up-to-date = Up to date
admin-find-tenants = Find tenants
admin-find-placeholder = Name, e-mail, house id …
admin-find = Find
admin-no-more-tenants = There are no further tenants
admin-nothing-found = Nothing is called that
admin-search-how = The search compares with the beginnings of names, e-mail addresses of members, house ids, house names and tenant ids.
admin-all-tenants = Show all tenants
admin-tenants-table = Table of tenants
admin-tenant = Tenant
admin-standing = Standing
admin-erased-link = Erased tenants and their receipts
admin-deleting = <b>Everything is stopped and will be erased at { $at } UTC.</b> Until then it can come back as it was.
admin-tenant-id = Tenant id
admin-short-name = Short name
admin-reason = Reason
admin-quotas = Quotas
admin-quota = Quota
admin-used = Used
admin-exception = Exception
admin-exception-end = End it
admin-over = { $used } · over
admin-instead-of = instead of { $plan }
admin-until = until { $at } UTC
admin-exception-end-of = End the exception for { $quota }
admin-exception-for = Exception for
admin-exception-value = Allow instead
admin-exception-placeholder = 25 or unlimited
admin-exception-until = Until (optional)
admin-exception-make = Make the exception
admin-exception-hint = Sizes are in bytes, history in days. A limit below what is used takes nothing away: it stops what is added. It takes effect within a second.
admin-houses-none = It has none.
admin-runs = Runs
admin-clients = Clients
admin-members = Members
admin-plan-of = The tenant is on
admin-plan-change = Change the plan
admin-standing-hint = The members read it above every page.
admin-resume = Resume
admin-read-only = Make read-only
admin-suspend = Suspend
admin-keep = Keep this tenant
admin-keep-hint = Everything is as it was before.
admin-keep-do = Take the deletion back
admin-delete = Delete this tenant
admin-delete-hint = Everything stops at once. For 30 days it can come back; then it is erased for ever, and the receipt says what was found afterwards.
admin-delete-confirm = Type { $slug } to confirm
admin-delete-do = Delete the tenant
