"""scikit-learn's MLPClassifier: plain gradient descent, no penalty, no shuffling of its own."""
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

import protocol

warnings.filterwarnings("ignore")


class Peer:
    def load(self, w):
        if w.kind != "train":
            return "trains one net"
        self.w = w
        rows = w.order if w.batch > 0 else np.arange(w.samples)
        self.x = w.x[rows].astype(w.type)
        self.y = w.y[rows].astype(np.int64)
        batch = w.batch if w.batch > 0 else w.samples
        epochs = w.iterations // (w.samples // batch)
        self.net = MLPClassifier(
            w.widths[1:-1], solver="sgd", alpha=0, batch_size=batch, learning_rate_init=w.lr,
            max_iter=epochs, shuffle=False, tol=0, momentum=0, n_iter_no_change=10**9,
            warm_start=True, random_state=0)
        self.net.partial_fit(self.x, self.y, classes=np.unique(w.y).astype(np.int64))
        return None

    def run(self):
        layers = self.w.layers(self.w.params[0])
        self.net.coefs_ = [weight.T.astype(self.w.type).copy() for weight, _ in layers]
        self.net.intercepts_ = [b.astype(self.w.type).copy() for _, b in layers]
        del self.net._optimizer
        self.net.fit(self.x, self.y)

    def save(self):
        return self.w.flat([(c.T, b) for c, b in zip(self.net.coefs_, self.net.intercepts_)])


protocol.serve(Peer())
