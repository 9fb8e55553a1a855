# Ein Konto oder einen Mandanten löschen, das zurücknehmen, Daten mitnehmen.

leaving-title = Ihre Daten
leaving-export = Alles herunterladen, was wir über Sie aufbewahren
leaving-export-what = Eine Datei mit Profil, Mitgliedschaften, Sitzungen, Tokens und Passkeys, ohne jedes Geheimnis.
leaving-link-account = Ihr Konto löschen
leaving-link-tenant = „{ $name }“ mit allen Häusern löschen
leaving-link-tenant-keep = „{ $name }“ wird gelöscht: ansehen oder behalten
leaving-means = Was das bedeutet
leaving-sure = Sind Sie sicher?
leaving-password = Ihr Passwort
leaving-first = Vorher
leaving-account-title = Ihr Konto löschen
leaving-account-at-once = Sie werden sofort überall abgemeldet, und Ihre Tokens gelten nicht mehr.
leaving-account-later =
    { $days ->
        [one] In { $days } Tag wird alles über Sie gelöscht. Bis dahin können Sie Ihr Konto behalten, indem Sie sich anmelden.
       *[other] In { $days } Tagen wird alles über Sie gelöscht. Bis dahin können Sie Ihr Konto behalten, indem Sie sich anmelden.
    }
leaving-account-goes = „{ $name }“ gehört Ihnen allein: Die Häuser halten sofort an und werden nach 30 Tagen gelöscht.
leaving-account-handed-over = „{ $name }“ bleibt; verantwortlich ist dann die andere Person, der es auch gehört.
leaving-account-type = Tippen Sie { $email }
leaving-account-do = Mein Konto löschen
leaving-blocking = „{ $name }“ gehört nur Ihnen und hat weitere Mitglieder. Machen Sie eines davon zum Eigentümer, oder löschen Sie es.
leaving-blocking-delete = „{ $name }“ löschen
leaving-last-admin = Sie sind allein für die Verwaltung dieses Dienstes zuständig. Geben Sie zuerst jemand anderem das Recht dazu.
leaving-tenant-title = „{ $name }“ löschen
leaving-tenant-crumb = Löschen
leaving-tenant-at-once = Alles hält sofort an: Nichts kann sich verbinden oder geändert werden.
leaving-tenant-house = Das Haus „{ $name }“ mit allen Werten und Einstellungen.
leaving-tenant-later =
    { $days ->
        [one] Nach { $days } Tag ist alles endgültig gelöscht. Bis dahin kann ein Eigentümer das zurücknehmen.
       *[other] Nach { $days } Tagen ist alles endgültig gelöscht. Bis dahin kann ein Eigentümer das zurücknehmen.
    }
leaving-tenant-type = Tippen Sie { $name }
leaving-tenant-do = Alles löschen
leaving-tenant-under-way = Es wird gelöscht
leaving-tenant-erased-on = Alles steht still und wird am { $moment } gelöscht.
leaving-tenant-keep = Behalten
leaving-tenant-by-admin = Das hat die Verwaltung dieses Dienstes veranlasst, und nur sie kann es zurücknehmen. Fragen Sie dort nach, wenn es ein Irrtum ist.
leaving-keep-title = Ihr Konto behalten?
leaving-keep-what = Sie wollten es löschen. Es wird am { $moment } gelöscht. Wenn Sie es behalten, kommen auch die Häuser zurück, die mit ihm gegangen wären; API-Tokens nicht.
leaving-keep-do = Mein Konto behalten
leaving-keep-not = Nein, löschen
leaving-done-tenant = Es wird gelöscht. Hier können Sie das zurücknehmen.
leaving-done-kept = Es bleibt. Alles läuft wieder.
leaving-done-account = Ihr Konto wird gelöscht. Melden Sie sich innerhalb von 14 Tagen an, um es zu behalten.
