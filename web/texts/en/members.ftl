# Members, invitations, and who is let in.


mail-hello = Hello,
mail-hello-name = Hello { $name },
mail-invitation-subject = { $inviter } invites you
mail-invitation-who = { $inviter } ({ $email }) invites you.
mail-invitation-to-tenant = In “{ $tenant }” you would have the role: { $role }.
mail-invitation-to-houses = In “{ $tenant }” you would have a role in these houses: { $houses }.
mail-invitation-to-service = You would get an account of your own, with room for houses of your own.
mail-invitation-open = Open the link to see it all, and to accept:
mail-invitation-end = The link works for { $time }, once, and for this address only. If you do not know
    who invites you, ignore this mail: nothing happens.
mail-decision-subject-yes = Your account is ready
mail-decision-subject-no = Your sign-up was declined
mail-decision-yes = An admin has let you in. You can log in now:
mail-decision-no = An admin has declined your sign-up. What we knew of you was deleted.
    Ask whoever runs the service if you think that is a mistake.
