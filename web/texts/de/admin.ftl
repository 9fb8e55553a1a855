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
admin-reader-operator = Laufzeitumgebungen
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
admin-plan-add = Tarif hinzufügen
admin-plan-name-hint = Kleinbuchstaben, Ziffern und Striche. Er ändert sich nie.
admin-plan-title = Bezeichnung
admin-plan-title-hint = Was die Leute lesen.
admin-plan-like = Beginnt wie
admin-plan-add-it = Tarif hinzufügen
admin-plan-named = Tarif { $name }
admin-plan-hint = Ganze Zahlen oder unlimited. Größen in Byte. Alle Kundenkonten mit dem Tarif merken eine Änderung binnen einer Sekunde; Ausnahmen bleiben.
admin-erased = Gelöschte Kundenkonten
admin-erased-crumb = Gelöscht
admin-erased-none = Kein Kundenkonto wurde endgültig gelöscht
admin-erased-none-why = Ein gelöschtes Kundenkonto kann 30 Tage lang zurückkommen. Dann wird alles von ihm endgültig gelöscht, und hier erscheint ein Beleg.
admin-back-to-tenants = Zurück zu den Kundenkonten
admin-erased-clean = Nichts ist übrig
admin-erased-left = Etwas ist übrig
admin-erased-waiting = Wartet auf { $reader }
admin-erased-store = Speicher
admin-erased-removed = Entfernt
admin-erased-found = Danach gefunden
admin-parts = Teile dieses Prozesses
admin-cell = Zelle { $name }
admin-cell-why = Wie weit ihre Teile sind, anzuwenden, was hier entschieden wurde.
admin-up-to-date = Aktuell
admin-find-tenants = Kundenkonten suchen
admin-find-placeholder = Name, E-Mail, Haus-ID …
admin-find = Suchen
admin-no-more-tenants = Es gibt keine weiteren Kundenkonten
admin-nothing-found = Nichts heißt so
admin-search-how = Die Suche vergleicht mit den Anfängen von Namen, E-Mail-Adressen der Mitglieder, Haus-IDs, Hausnamen und IDs der Kundenkonten.
admin-all-tenants = Alle Kundenkonten zeigen
admin-tenants-table = Tabelle der Kundenkonten
admin-tenant = Kundenkonto
admin-standing = Stand
admin-erased-link = Gelöschte Kundenkonten und ihre Belege
admin-deleting = <b>Alles ist angehalten und wird am { $at } UTC endgültig gelöscht.</b> Bis dahin kann es zurückkommen, wie es war.
admin-tenant-id = ID des Kundenkontos
admin-short-name = Kurzname
admin-reason = Grund
admin-quotas = Kontingente
admin-quota = Kontingent
admin-used = Benutzt
admin-exception = Ausnahme
admin-exception-end = Beenden
admin-over = { $used } · zu viel
admin-instead-of = statt { $plan }
admin-until = bis { $at } UTC
admin-exception-end-of = Ausnahme für { $quota } beenden
admin-exception-for = Ausnahme für
admin-exception-value = Stattdessen zulassen
admin-exception-placeholder = 25 oder unlimited
admin-exception-until = Bis (optional)
admin-exception-make = Ausnahme machen
admin-exception-hint = Größen in Byte, Verlauf in Tagen. Eine Grenze unter dem, was benutzt wird, nimmt nichts weg: Sie hält auf, was dazukommt. Sie gilt binnen einer Sekunde.
admin-houses-none = Es hat keine.
admin-runs = Läuft
admin-clients = Clients
admin-members = Mitglieder
admin-plan-of = Das Kundenkonto hat
admin-plan-change = Tarif ändern
admin-standing-hint = Die Mitglieder lesen ihn über jeder Seite.
admin-resume = Fortsetzen
admin-read-only = Nur lesend machen
admin-suspend = Sperren
admin-keep = Dieses Kundenkonto behalten
admin-keep-hint = Alles ist, wie es vorher war.
admin-keep-do = Löschung zurücknehmen
admin-delete = Dieses Kundenkonto löschen
admin-delete-hint = Alles hält sofort an. 30 Tage lang kann es zurückkommen; dann wird es für immer gelöscht, und der Beleg sagt, was danach gefunden wurde.
admin-delete-confirm = Tippen Sie zur Bestätigung { $slug }
admin-delete-do = Kundenkonto löschen
