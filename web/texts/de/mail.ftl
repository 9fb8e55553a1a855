# E-Mails an Menschen.

mail-verify-subject = Bestätigen Sie Ihre E-Mail-Adresse
mail-known-subject = Sie haben schon ein Konto
mail-reset-subject = Wählen Sie ein neues Passwort
mail-password-changed-subject = Ihr Passwort wurde geändert
mail-new-address-subject = Bestätigen Sie Ihre neue E-Mail-Adresse
mail-address-changed-subject = Ihre E-Mail-Adresse wurde geändert
mail-second-factor-subject = Anmeldung in zwei Schritten für Ihr Konto
mail-passkey-subject = Passkeys Ihres Kontos
mail-account-deleted-subject = Ihr Konto wird gelöscht
mail-account-stays-subject = Ihr Konto bleibt
mail-account-erased-subject = Ihr Konto ist gelöscht
mail-set-up-subject = Ihr Dienst ist eingerichtet
mail-verify-body =
    Guten Tag { $name },

    willkommen! Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist: Öffnen Sie
    den Link, und drücken Sie den Knopf.

    { $link }

    Der Link gilt { $valid_for }. Wenn Sie sich nicht registriert haben, beachten Sie
    diese E-Mail nicht: Ohne den Knopf geschieht nichts.
mail-known-body =
    Guten Tag { $name },

    jemand, wahrscheinlich Sie, wollte diese E-Mail-Adresse für ein Konto benutzen.
    Für sie gibt es schon eines, daher wurde nichts geändert. Hier melden Sie sich an:

    { $log_in }

    Wenn Sie es nicht waren, beachten Sie diese E-Mail nicht: Niemand hat erfahren,
    dass Sie ein Konto haben.
mail-reset-body =
    Guten Tag { $name },

    jemand, wahrscheinlich Sie, hat das Passwort Ihres Kontos vergessen. Öffnen Sie
    den Link, um ein neues zu wählen:

    { $link }

    Der Link gilt einmal und { $valid_for } lang. Wenn Sie es nicht waren, beachten
    Sie diese E-Mail nicht: Ihr Passwort bleibt, wie es ist.
mail-password-changed-body =
    Guten Tag { $name },

    das Passwort Ihres Kontos wurde geändert, und alle anderen, die darin angemeldet
    waren, wurden abgemeldet.

    Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort:

    { $forgot }
mail-new-address-body =
    Guten Tag { $name },

    Sie möchten diese E-Mail-Adresse für Ihr Konto benutzen. Bitte bestätigen Sie,
    dass sie Ihnen gehört: Öffnen Sie den Link, und drücken Sie den Knopf.

    { $link }

    Der Link gilt { $valid_for }. Wenn Sie nicht darum gebeten haben, beachten Sie
    diese E-Mail nicht: Ohne den Knopf geschieht nichts.
mail-address-changed-body =
    Guten Tag { $name },

    Ihr Konto hat ab jetzt eine andere E-Mail-Adresse:

    { $new }

    Dies ist die letzte E-Mail an die alte. Wenn Sie es nicht waren, kennt jemand Ihr
    Passwort und hat Ihr Konto: Sagen Sie es den Betreibern dieses Dienstes.
mail-second-factor-on =
    Guten Tag { $name },

    die Anmeldung in zwei Schritten wurde für Ihr Konto eingeschaltet: Ab jetzt fragt
    eine Anmeldung auch nach einem Code Ihrer Authenticator-App.

    Wenn Sie es nicht waren, ändern Sie Ihr Passwort, und sehen Sie hier nach:

    { $page }
mail-second-factor-off =
    Guten Tag { $name },

    die Anmeldung in zwei Schritten wurde für Ihr Konto ausgeschaltet: Eine Anmeldung
    fragt jetzt nur noch nach Ihrem Passwort.

    Wenn Sie es nicht waren, ändern Sie Ihr Passwort, und sehen Sie hier nach:

    { $page }
mail-second-factor-codes =
    Guten Tag { $name },

    Ihr Konto hat neue Wiederherstellungscodes; die früheren gelten nicht mehr.

    Wenn Sie es nicht waren, ändern Sie Ihr Passwort, und sehen Sie hier nach:

    { $page }
mail-second-factor-used =
    Guten Tag { $name },

    jemand hat einen Wiederherstellungscode Ihres Kontos benutzt. Er gilt nicht mehr.

    Wenn Sie es nicht waren, ändern Sie Ihr Passwort, und sehen Sie hier nach:

    { $page }
mail-passkey-added =
    Guten Tag { $name },

    der Passkey „{ $passkey }“ wurde Ihrem Konto hinzugefügt. Mit ihm kann man sich
    anmelden.

    Hier finden Sie Ihre Passkeys:

    { $page }

    Wenn Sie das nicht waren, melden Sie sich an, entfernen Sie, was nicht Ihres ist,
    und ändern Sie Ihr Passwort.
mail-passkey-removed =
    Guten Tag { $name },

    der Passkey „{ $passkey }“ wurde aus Ihrem Konto entfernt.

    Hier finden Sie Ihre Passkeys:

    { $page }

    Wenn Sie das nicht waren, melden Sie sich an, entfernen Sie, was nicht Ihres ist,
    und ändern Sie Ihr Passwort.
mail-passkey-copied =
    Guten Tag { $name },

    jemand hat versucht, den Passkey „{ $passkey }“ so zu benutzen, wie es nur eine
    Kopie täte. Das wurde abgewiesen. Wenn Sie nicht wissen, warum, entfernen Sie
    diesen Passkey.

    Hier finden Sie Ihre Passkeys:

    { $page }

    Wenn Sie das nicht waren, melden Sie sich an, entfernen Sie, was nicht Ihres ist,
    und ändern Sie Ihr Passwort.
mail-account-deleted-body =
    Guten Tag { $name },

    Ihr Konto wird gelöscht, wie Sie es wollten. Alle sind abgemeldet, und Ihre
    Programme haben keinen Zugang mehr. Häuser, die nur Ihnen gehörten, sind
    angehalten.

    Es wird in { $days } Tagen endgültig gelöscht, am { $erased_on }. Bis dahin können
    Sie es behalten: Melden Sie sich hier an.

    { $log_in }

    Wenn Sie das nicht waren, melden Sie sich jetzt an, und wählen Sie ein anderes
    Passwort.
mail-account-stays-body =
    Guten Tag { $name },

    Ihr Konto bleibt, und mit ihm die Häuser, die mit ihm gegangen wären. API-Token
    wurden beendet und kommen nicht zurück; erstellen Sie neue, wo Sie sie brauchen.
mail-account-erased-body =
    Guten Tag { $name },

    Ihr Konto ist gelöscht: Ihr Name, Ihre Adresse und alles andere, was wir von Ihnen
    aufbewahrt haben. Dies ist die letzte E-Mail, die Sie von uns bekommen.

    Häuser, die nur Ihnen gehörten, werden dreißig Tage, nachdem Sie um die Löschung
    gebeten haben, endgültig gelöscht.
mail-set-up-body =
    Guten Tag { $name },

    Ihr Dienst ist eingerichtet, und Sie sind sein erster Administrator.

    Portal:                    { $portal }
    Wer sich registrieren darf: { $sign_up }

    Das können Sie im Portal unter „Wer sich registrieren darf“ ändern.
mail-support-asked-subject = Der Support bittet um Zugang
mail-support-asked-look =
    Guten Tag { $name },

    ein Administrator des Dienstes bittet, für { $hours } Stunden in „{ $tenant }“
    hereingelassen zu werden, um sich umzusehen, ohne
    etwas zu ändern. Sein Grund:

    { $reason }

    Niemand wird hereingelassen, wenn Sie nicht zustimmen. Hier können Sie es
    erlauben, weniger erlauben oder ablehnen; was der Support öffnet, steht in Ihrem
    Prüfprotokoll, und Sie können es jederzeit beenden:

    { $page }
mail-support-asked-change =
    Guten Tag { $name },

    ein Administrator des Dienstes bittet, für { $hours } Stunden in „{ $tenant }“
    hereingelassen zu werden, um sich umzusehen und
    etwas zu ändern. Sein Grund:

    { $reason }

    Niemand wird hereingelassen, wenn Sie nicht zustimmen. Hier können Sie es
    erlauben, weniger erlauben oder ablehnen; was der Support öffnet, steht in Ihrem
    Prüfprotokoll, und Sie können es jederzeit beenden:

    { $page }
