# Mitglieder, Einladungen und wer hereingelassen wird.


mail-hello = Guten Tag,
mail-hello-name = Guten Tag { $name },
mail-invitation-subject = { $inviter } lädt Sie ein
mail-invitation-who = { $inviter } ({ $email }) lädt Sie ein.
mail-invitation-to-tenant = In „{ $tenant }“ hätten Sie die Rolle: { $role }.
mail-invitation-to-houses = In „{ $tenant }“ hätten Sie eine Rolle in diesen Häusern: { $houses }.
mail-invitation-to-service = Sie bekämen ein eigenes Konto mit Platz für eigene Häuser.
mail-invitation-open = Öffnen Sie den Link, um alles zu sehen und anzunehmen:
mail-invitation-end = Der Link gilt { $time } lang, einmal und nur für diese Adresse. Wenn Sie nicht wissen,
    wer Sie einlädt, beachten Sie diese Mail nicht: Es geschieht nichts.
mail-decision-subject-yes = Ihr Konto ist bereit
mail-decision-subject-no = Ihre Registrierung wurde abgelehnt
mail-decision-yes = Ihr Konto wurde freigegeben. Sie können sich jetzt anmelden:
mail-decision-no = Ihre Registrierung wurde abgelehnt. Was wir von Ihnen wussten, ist gelöscht.
    Fragen Sie den Betreiber des Dienstes, wenn Sie das für einen Irrtum halten.

role-may-owner = Darf alles: Mitglieder, Tarif, Löschen.
role-may-admin = Verwaltet Häuser, Zugangsdaten und Mitglieder.
role-may-installer = Richtet Häuser, Sensoren und Zugangsdaten ein und sieht keine Mitglieder.
role-may-resident = Wohnt dort: sieht alles und schaltet.
role-may-guest = Schaut zu und ändert nichts.

shell-all-tenants = Alle Häuser

members-title = Mitglieder
members-who = Wer dabei ist
members-used = { $used } von { $allowed }, offene Einladungen mitgezählt
members-person = Person
members-may = Darf
members-since = Seit
members-until = Endet
members-change = Ändern
members-change-one = Ändern: { $name }
members-you = (Sie)
members-answers = verantwortlich für alles
members-own = Ihre eigene Mitgliedschaft
members-role = Rolle
members-leave = Verlassen
members-leave-what = Sie verlieren den Zugang zu „{ $tenant }“ sofort. Um zurückzukommen, brauchen Sie eine neue Einladung.
members-leave-now = Jetzt verlassen
members-where = Wo?
members-where-all = Überall
members-where-all-hint = Eine Rolle für jedes Haus, auch für spätere.
members-where-houses = Nur in einigen Häusern
members-where-houses-hint = Die anderen Häuser, die Mitglieder und den Tarif sehen sie nicht.
members-houses = Häuser
members-no-houses = Es gibt noch kein Haus. Legen Sie zuerst eines an.
members-no-role = keine Rolle
members-last-day = Letzter Tag
members-last-day-hint = Die Mitgliedschaft endet nach diesem Tag (UTC) von selbst. Ohne Angabe endet sie nicht.
members-in-house = { $house }: { $role }

invitations-title = Offene Einladungen
invitations-to = An
invitations-by = von { $name }
invitations-sent = Gesendet
invitations-works = Gilt bis
invitations-expired = Abgelaufen
invitations-resend = Erneut senden
invitations-resend-one = Erneut senden: Einladung an { $email }
invitations-withdraw = Zurückziehen
invitations-withdraw-one = Zurückziehen: Einladung an { $email }

invite-title = Jemanden einladen
invite-known-only = Dieser Dienst nimmt keine neuen Konten auf: Nur wer hier schon eines hat, kann annehmen.
invite-email = E-Mail-Adresse
invite-email-hint = Es geht eine Mail mit einem Link hinaus, der 7 Tage lang und nur für diese Adresse gilt.
invite-send = Einladung senden

member-what = Was die Person in „{ $tenant }“ darf
member-address = E-Mail-Adresse
member-now = Jetzt
member-at-once = Es gilt sofort, auch für bestehende Verbindungen.
member-save = Speichern
member-answer = Wer für alles verantwortlich ist
member-answer-what = { $name } wird Inhaber und für „{ $tenant }“ verantwortlich. Sie bleiben Inhaber.
member-answer-now = Übergeben
member-remove = Entfernen
member-remove-what = { $name } verliert den Zugang sofort. Was eingerichtet wurde, bleibt.
member-remove-now = Jetzt entfernen

invitation-title = Ihre Einladung
invitation-to-tenant = { $inviter } lädt Sie zu „{ $tenant }“ ein
invitation-to-service = { $inviter } lädt Sie ein, hier ein Konto zu haben
invitation-from = Von
invitation-gives = Ihre Rolle
invitation-as = Sie sind angemeldet als { $email }.
invitation-accept = Annehmen
invitation-log-in = Sie haben hier ein Konto. Melden Sie sich an, um anzunehmen.
invitation-log-in-now = Anmelden
invitation-new = Ihr Konto wird unter { $email } geführt. Die Adresse gilt als bestätigt.
invitation-name = Ihr Name
invitation-name-hint = So sehen Sie die anderen hier.

members-choose-house = Wählen Sie eine Rolle in mindestens einem Haus.
members-choose-role = Wählen Sie eine Rolle.
members-no-day = Geben Sie einen Tag wie 2027-01-31 ein oder nichts.

admin-sign-up-waiting = Warten auf Freigabe
admin-sign-up-waiting-notice =
    { $count ->
        [one] { $count } Person wartet auf Freigabe.
       *[other] { $count } Personen warten auf Freigabe.
    }
admin-sign-up-decide = Entscheiden
admin-sign-up-approve = Freigeben
admin-sign-up-approve-one = Freigeben: { $name }
admin-sign-up-decline = Ablehnen
admin-sign-up-decline-one = Ablehnen: { $name }
admin-sign-up-decline-what = Wen Sie ablehnen, bekommt eine Mail; das Konto wird sofort gelöscht.
admin-sign-up-more =
    { $count ->
        [one] { $count } weitere Person wartet.
       *[other] { $count } weitere Personen warten.
    }
admin-invite-title = Jemanden zum Dienst einladen
admin-invite-what = Die Person bekommt ein Konto mit Platz für eigene Häuser, wer auch immer sich sonst registrieren darf.

done-invited = Die Einladung ist unterwegs.
done-withdrawn = Die Einladung wurde zurückgezogen. Ihr Link bewirkt nichts mehr.
done-member-removed = Das Mitglied wurde entfernt und getrennt.
done-handed-over = Jetzt ist jemand anderes für alles verantwortlich. Sie bleiben Inhaber.
done-left = Sie haben die Gemeinschaft verlassen.
done-joined = Willkommen! Hier ist, wozu Sie eingeladen wurden.
done-let-in = Die Person wurde freigegeben und bekommt eine Mail.
done-declined = Die Registrierung wurde abgelehnt und gelöscht.
log-in-waits = Ihre E-Mail-Adresse ist bestätigt. Jetzt muss ein Administrator des Dienstes Sie freigeben; Sie bekommen eine Mail.
