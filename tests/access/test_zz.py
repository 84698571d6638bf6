import time
import pytest
pytestmark=pytest.mark.django_db
from tests.access import walk
from tests.access.conftest import undone
WHO=["visitor","own","other","administrator","operations_planner","operations_director","member_service","member_expansion","data_analyst","finance","auditor","store_manager","clerk","clerk elsewhere","no role"]
def squeeze(s):
    g=[s[0],s[1:3],s[3:11],s[11:14],s[14]]
    if len(set(s))==1: return s[0]
    return " ".join(x[0] if len(set(x))==1 else x for x in g)
def test_gen(stage):
    out=open("/tmp/guard_matrix.txt","w")
    for name,pat in walk.patterns().items():
        t=time.time()
        url=walk.address_of(name,pat,stage)
        rows=[]
        for m in ("get","post"):
            s=""
            for w in WHO:
                with undone():
                    r=getattr(stage.client(w),m)(url)
                    s+=walk.outcome(r)
            rows.append(s)
        print(f"{name:45} {squeeze(rows[0]):30} / {squeeze(rows[1]):30} {time.time()-t:.2f} {url}", file=out, flush=True)
