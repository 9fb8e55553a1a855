# Registrieren, Anmelden, Passwörter.

mail-check = Sehen Sie in Ihre E-Mails
mail-check-sent = Wir haben einen Link an <b class="break">{ $email }</b> geschickt. Öffnen Sie ihn innerhalb von { $time }, um Ihre Adresse zu bestätigen.
mail-check-nothing = Nach einigen Minuten ist nichts da? Sehen Sie in den Spam-Ordner, oder <a href="/sign-up">registrieren Sie sich noch einmal</a>, falls die Adresse einen Tippfehler hat.
mail-check-again = Die Mail noch einmal senden
mail-check-sent-again = Wir haben sie noch einmal gesendet. Frühere Links gelten nicht mehr.
forgot-title = Passwort vergessen?
forgot-sent = Wenn <b class="break">{ $email }</b> hier ein Konto hat, ist ein Link dorthin unterwegs. Öffnen Sie ihn innerhalb von { $time }, um ein neues Passwort zu wählen.
forgot-nothing = Nach einigen Minuten ist nichts da? Sehen Sie in den Spam-Ordner, oder <a href="/forgot-password">versuchen Sie es mit einer anderen Adresse</a>.
forgot-hint = Wir schicken einen Link dorthin, mit dem Sie ein neues Passwort wählen.
form-send-link = Link schicken
forgot-remembered = Es fiel Ihnen wieder ein? <a href="/log-in">Anmelden</a>
verify-title = Adresse bestätigen
link-dead = Dieser Link gilt nicht mehr
verify-dead-hint = Ist Ihre Adresse schon bestätigt, melden Sie sich einfach an. Sonst registrieren Sie sich noch einmal, um einen neuen Link zu bekommen.
verify-again = Noch einmal registrieren
verify-one-press = Ein Klick, und Ihr Konto ist fertig.
verify-yes = Ja, das ist meine Adresse
log-in-no-account = Noch kein Konto? <a href="/sign-up">Registrieren</a>
code-title = Anmelden: zweiter Schritt
code-again = Von vorn beginnen
code-heading = Zweiter Schritt
code-hint = Die sechs Ziffern, die Ihre Authenticator-App zeigt, oder einer Ihrer Wiederherstellungscodes.
reset-title = Neues Passwort wählen
reset-dead = Er wurde schon benutzt, ist älter als eine Stunde, oder es wurde ein neuerer verschickt. Ihr Passwort ist das bisherige.
reset-again = Neuen Link schicken
reset-hint = Alle, die in Ihrem Konto angemeldet sind, werden abgemeldet.
reset-save = Passwort speichern
sign-up-have-account = Schon ein Konto? <a href="/log-in">Anmelden</a>
sign-up-closed-hint = Wenn Sie die Betreiber kennen, bitten Sie sie um ein Konto.
back-to-start = Zurück zum Anfang
sign-up-email-hint = Wir schicken einen Link dorthin, um sie zu bestätigen.
setup-title = Einrichten
setup-heading = Richten Sie Ihren Dienst ein
setup-lead = Sie werden der erste Administrator. Diese Seite gilt einmal, mit dem Link, den der Dienst beim Start ausgegeben hat.
setup-hint = Wer sich registrieren darf, können Sie jederzeit in der Verwaltung ändern.
setup-do = Dienst einrichten
address-title = Neue Adresse bestätigen
address-not-changed = Ihre Adresse wurde nicht geändert
address-from-then = Von da an melden Sie sich mit ihr an, und unsere E-Mails gehen dorthin.
address-yes = Ja, das ist meine neue Adresse
error-request = Anfrage <code>{ $id }</code>: Nennen Sie sie, wenn Sie um Hilfe bitten
sign-up-policy-who = Wer darf sich registrieren?
sign-up-policy-title-closed = Niemand
sign-up-policy-meaning-closed = Nur Sie. Die sichere Wahl für einen eigenen Dienst: Sie können ihn später öffnen.
sign-up-policy-title-invite = Wer eingeladen ist
sign-up-policy-meaning-invite = Jemand, der schon ein Konto hat, muss sie einladen.
sign-up-policy-title-approve = Alle, nach Ihrer Zustimmung
sign-up-policy-meaning-approve = Alle dürfen um ein Konto bitten; es gilt, sobald ein Administrator zugestimmt hat.
sign-up-policy-title-open = Alle
sign-up-policy-meaning-open = Alle mit einer E-Mail-Adresse bekommen sofort ein Konto mit dem kostenlosen Tarif.
sign-up-policy-page = Wer sich registrieren darf
sign-up-policy-hint = Es gilt sofort. Vorhandene Konten gelten weiter.
error-to-houses = Zu Ihren Häusern
error-to-start = Zum Anfang
error-not-found-hint = Es wurde vielleicht gelöscht, oder es gehört zu einem anderen Kundenkonto.
