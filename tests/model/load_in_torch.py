"""Usage: load_in_torch.py FOLDER: PyTorch's nn.Sequential takes the tensors of every mN.safetensors
that it has the activations for, and says what crease says (mN.json). Skipped without PyTorch."""
import glob
import json
import sys

import read_model

try:
    import torch
except ImportError:
    sys.exit(77)

A={"linear":torch.nn.Identity,"relu":torch.nn.ReLU,"relu6":torch.nn.ReLU6,"hardtanh":torch.nn.Hardtanh,"sigmoid":torch.nn.Sigmoid,"tanh":torch.nn.Tanh,"softplus":lambda:torch.nn.Softplus(threshold=1e9),"gelu":torch.nn.GELU,"gelu_tanh":lambda:torch.nn.GELU(approximate="tanh"),"silu":torch.nn.SiLU,"mish":torch.nn.Mish,"hard_sigmoid":torch.nn.Hardsigmoid,"hard_swish":torch.nn.Hardswish,"selu":torch.nn.SELU}
n=w=m=0
for p in sorted(glob.glob(sys.argv[1]+"/m*.safetensors")):
    t,meta=read_model.read_safetensors(p); d=json.loads(meta["crease"])
    if any(l.get("skip") for l in d["layers"]): continue
    dt=torch.float32 if d["dtype"]=="f32" else torch.float64
    mods=[];k=d["inputs"];ok=True
    for i,l in enumerate(d["layers"]):
        mods.append(torch.nn.Linear(k,l["units"],dtype=dt));k=l["units"]
        if i+1==len(d["layers"]):break
        if l["batchnorm"]: mods.append(torch.nn.BatchNorm1d(k,eps=l["batchnorm"]["eps"],momentum=l["batchnorm"]["momentum"],dtype=dt))
        name,_,par=l["act"].partition(":")
        if name=="leaky_relu": mods.append(torch.nn.LeakyReLU(float(par)))
        elif name=="elu": mods.append(torch.nn.ELU(float(par)))
        elif name in A: mods.append(A[name]())
        else: ok=False;break
        if l["dropout"]>0: mods.append(torch.nn.Dropout(l["dropout"]))
    if not ok: continue
    net=torch.nn.Sequential(*mods)
    D={"F32":torch.float32,"F64":torch.float64,"I64":torch.int64}
    net.load_state_dict({n:torch.tensor(v,dtype=D[c]).reshape(s) for n,(c,s,v) in t.items()})
    net.eval();m+=1
    def predict(row):
        x=torch.tensor([read_model.scale(row,d["scaler"])],dtype=dt)
        z=net(x)
        z={"bce":torch.sigmoid,"softmax":lambda z:torch.softmax(z,1)}.get(d["loss"],lambda z:z)(z)[0].tolist()
        if d["target"]: z=[v/s+q if s else q for v,s,q in zip(z,d["target"]["scale"],d["target"]["shift"])]
        return z
    a,b=read_model.compare(p.replace(".safetensors",".json"),predict);w+=a;n+=b
print(m,"models",n,"outputs",w,"wrong")
sys.exit(w > 0 or n == 0)
