# Verwaltung.

admin-tenants-counted =
    { $count ->
        [0] keine Kundenkonten
        [one] { $count } Kundenkonto
       *[other] { $count } Kundenkonten
    }
admin-plan-with-exceptions =
    { $count ->
        [one] { $plan } + { $count } Ausnahme
       *[other] { $plan } + { $count } Ausnahmen
    }
admin-search-too-many-words = Höchstens { $most } Wörter.
admin-changes-behind =
    { $count ->
        [one] { $count } Änderung zurück
       *[other] { $count } Änderungen zurück
    }
admin-reader-gateway = Gateway
admin-reader-operator = Laufzeiten
admin-part-well = In Ordnung
admin-part-degraded = Eingeschränkt
admin-part-failed = Ausgefallen

standing-active = Aktiv
standing-read-only = Nur lesend
standing-suspended = Gesperrt
standing-deleting = Wird gelöscht

hosting-hosted = beim Anbieter
hosting-on-premise = zu Hause

role-owner = Inhaber
role-admin = Verwalter
role-installer = Installateur
role-resident = Bewohner
role-guest = Gast
