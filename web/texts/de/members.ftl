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
