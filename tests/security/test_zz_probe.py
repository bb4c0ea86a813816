from tests.security.test_canary_office import *
from sqlalchemy import select
from shared.accounts import Account
def test_probe(small_world):
    world=small_world
    planted=plant(world)
    app=create_app(BackofficeSettings(**(world.settings.model_dump(exclude={"smtp_url","mail_from","sms_url","sms_token"})|{"staff_secret":SecretStr("s"*40),"backoffice_url":"http://127.0.0.1:8001"})), world.database, clock=world.clock)
    seeker=Seeker.of(planted.marks)
    for role in ROLES:
        with world.database.unit_of_work(world.practice_id) as work:
            made=add_staff(work.session,email=f"{role}@x.example",name="Camille X",role=role,practice_id=world.practice_id,password="cheval correct agrafe pile",keys=world.house.keys,at=world.clock.now())
            secret=open_session(work.session,user_id=made.user.id,practice_id=world.practice_id,at=world.clock.now())
            work.commit()
        c=app.test_client()
        with c.session_transaction() as s: s["_user_id"]=secret
        for r in app.url_map.iter_rules():
            if "GET" in r.methods and r.endpoint!="static":
                vals={"number":planted.account.number}
                p=app.url_map.bind("x").build(r.endpoint,{k:vals[k] for k in r.arguments})
                print(role,p,c.get(p).status_code,seeker.found(c.get(p).text))
