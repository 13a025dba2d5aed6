"""NumPy, one array a layer, made once and filled in place; many nets as one more axis."""
import numpy as np

import protocol


class Peer:
    def load(self, w):
        self.w = w
        self.x = w.x.astype(w.type)
        self.y = w.y.astype(w.type)
        self.start = [[p.astype(w.type) for p in layer] for layer in self.stacked()]
        self.lr = w.type(w.lr)
        if w.kind == "forward":
            self.layers = self.start
        return None

    def stacked(self):
        """Layers with an axis for the nets where there are many."""
        w = self.w
        each = [w.layers(row) for row in w.params]
        if w.nets == 1:
            return each[0]
        return [(np.stack([e[l][0] for e in each]), np.stack([e[l][1] for e in each])[:, None, :])
                for l in range(len(w.widths) - 1)]

    def forward(self, x, layers):
        a = [x]
        for i, (weight, b) in enumerate(layers):
            z = a[-1] @ weight.swapaxes(-1, -2)
            z += b
            if i + 1 < len(layers):
                np.maximum(z, 0, out=z)
            a.append(z)
        return a

    def output(self, z):
        if self.w.widths[-1] == 1:
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            np.reciprocal(z, out=z)
        else:
            z -= z.max(axis=-1, keepdims=True)
            np.exp(z, out=z)
            z /= z.sum(axis=-1, keepdims=True)
        return z

    def step(self, x, y, layers):
        a = self.forward(x, layers)
        dz = self.output(a[-1])
        if self.w.widths[-1] == 1:
            dz -= y[:, None]
        else:
            dz[np.arange(len(y)), y] -= 1
        dz *= self.lr / self.w.type(len(y))
        for l in range(len(layers) - 1, -1, -1):
            weight, b = layers[l]
            dw = dz.swapaxes(-1, -2) @ a[l]
            db = dz.sum(axis=-2, keepdims=dz.ndim == 3)
            if l > 0:
                dz = dz @ weight
                dz *= a[l] > 0
            weight -= dw
            b -= db

    def run(self):
        w = self.w
        if w.kind == "forward":
            for i in range(w.iterations):
                at = i % (w.samples // w.batch) * w.batch
                self.out = self.output(self.forward(self.x[at:at + w.batch], self.layers)[-1])
            return
        self.layers = [[p.copy() for p in layer] for layer in self.start]
        y = self.y if w.widths[-1] == 1 else w.y.astype(np.int64)
        for i in range(w.iterations):
            if w.batch == 0:
                self.step(self.x, y, self.layers)
            else:
                at = i * w.batch % w.samples
                rows = w.order[at:at + w.batch]
                self.step(self.x[rows], y[rows], self.layers)

    def save(self):
        if self.w.kind == "forward":
            return self.out[-1]
        if self.w.nets == 1:
            return self.w.flat(self.layers)
        return np.concatenate([self.w.flat([(weight[i], b[i]) for weight, b in self.layers])
                               for i in range(self.w.nets)])


protocol.serve(Peer())
