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
