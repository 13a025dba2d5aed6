#!/usr/bin/env python3
"""Usage: hostile_models.py PROGRAM

A model whose description says what it must not, mutation by mutation: `info`, `predict`, `eval` and
`export` refuse it with exit status 2 and one printable line, or take it and print and write
nothing that a terminal obeys; no C that was written has an infinity in it.
"""
import copy
import json
import os
import struct
import subprocess
import sys
import tempfile

ESC = '\u001b[31m'


def load(path):
    with open(path, 'rb') as f:
        data = f.read()
    n = struct.unpack('<Q', data[:8])[0]
    return json.loads(data[8:8 + n]), data[8 + n:]


def save(path, header, body):
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + body)


def scaler(**changes):
    values = {'scaling': 'standard', 'shift': [0, 0], 'scale': [1, 1], 'fill': None}
    values.update(changes)
    return lambda c: c.update(scaler=values)


def layer(i, **changes):
    return lambda c: c['layers'][i].update(changes)


def top(**changes):
    return lambda c: c.update(changes)


REFUSED = {
    'newer': top(version=2), 'ver0': top(version=0), 'vers': top(version='1'),
    'verbig': top(version=2**62), 'nover': lambda c: c.pop('version'),
    'inputs_huge': top(inputs=2**40), 'inputs_neg': top(inputs=-1),
    'units_huge': layer(0, units=2**31), 'layers300': lambda c: c.update(layers=c['layers'][:1] * 300 + c['layers'][-1:]),
    'skip_huge': layer(0, skip=2**31), 'skip9': layer(1, skip=9), 'drop2': layer(0, dropout=2.0),
    'dropneg': layer(0, dropout=-1), 'act': layer(0, act='relu' + ESC + '<script>'),
    'actlong': layer(0, act='x' * 100000), 'features_n': top(features=['a']),
    'nclasses': top(n_classes=10**9), 'crease': top(version=9, crease=ESC + '9.9'),
    'kinks': layer(0, kinks=[1e308] * 1000), 'bn': layer(0, batchnorm={'momentum': 2, 'eps': -1}),
    'loss': top(loss='hinge' + ESC), 'dtype': top(dtype='f64'), 'huber': top(huber_delta=-1),
    'smooth': top(label_smoothing=5), 'task': top(task='labels'), 'ntargets': top(n_targets=10**9),
    'scaler_huge': scaler(shift=[1e308, 1e308], scale=[1e308, 1e308]),
    'scaler_fill': scaler(fill=[1e300, 0]), 'scaler_short': scaler(shift=[0]),
    'scaler_long': scaler(scale=[1, 1, 1]), 'scaler_below': scaler(scale=[-1, 1]),
    'scaler_text': scaler(shift=['0', 0]), 'scaler_kind': scaler(scaling=ESC),
    'features_twice': top(features=['a', 'a']), 'classes_twice': top(classes=['a' + ESC, 'a' + ESC]),
    'training': top(training=ESC),
}
TAKEN = {
    'same': lambda c: None, 'classes_esc': top(classes=['\u001b]0;pwn\u0007', 'b\u009b2J\u202e']),
    'features_esc': top(features=['*/ system("x"); /*', '??/\n#error pwn']),
    'features_line': top(features=['\u2028\n\r#error', '\\']),
    'scaler0': scaler(scale=[0, 0]), # a feature that is constant
    'training2': top(training={'a' + ESC: ['x' + ESC] * 1000}),
}
# Taken, but more than a float of C or ONNX holds.
NOT_EXPORTED = {'scaler_steep': scaler(scale=[1e200, 1])}


def is_printable(text):
    return all(c == '\n' or (ord(c) >= 32 and not 0x7f <= ord(c) < 0xa0 and
                             ord(c) not in (0x2028, 0x2029, 0x202e)) for c in text)


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, check=False, timeout=60,
                          env=dict(os.environ, LC_ALL='C.UTF-8'))
    return done.returncode, done.stdout.decode('utf-8', 'replace'), done.stderr.decode('utf-8', 'replace')


def main():
    program = os.path.abspath(sys.argv[1])
    bad = []
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        with open('data.csv', 'w', encoding='utf-8') as f:
            f.write('0.5,0.25,0\n0.25,0.5,1\n1,2,0\n2,1,1\n')
        code, _, text = run(program, 'train', '--data', 'data.csv', '--layers', '4:relu+bn+drop=0.1,4:tanh+skip,2',
                            '--loss', 'softmax', '--epochs', '2', '--scale', 'none', '--no-run', '-q', '-o', 'm.st')
        if code != 0:
            print(text)
            return 1
        header, body = load('m.st')
        about = json.loads(header['__metadata__']['crease'])
        for kind, table in (('refused', REFUSED), ('taken', TAKEN), ('kept', NOT_EXPORTED)):
            for name, change in table.items():
                mutated = copy.deepcopy(about)
                change(mutated)
                header['__metadata__']['crease'] = json.dumps(mutated)
                save('x.st', header, body)
                for command in (['info', 'x.st'], ['eval', 'x.st', '--data', 'data.csv', '--no-header'],
                                ['export', 'x.st', '--c', 'x.c', '--name', 'x'],
                                ['export', 'x.st', '--onnx', 'x.onnx']):
                    is_refused = kind == 'refused' or (kind == 'kept' and command[0] != 'info')
                    code, out, err = run(program, *command)
                    what = '%s, %s: exit %d, %s' % (name, ' '.join(command), code, ascii(err))
                    if code != (2 if is_refused else 0) or not is_printable(out + err):
                        bad.append(what)
                    if is_refused and (err.count('\n') != 1 or out):
                        bad.append(what + ': not one line')
                if kind == 'taken':
                    with open('x.c', encoding='utf-8') as f:
                        text = f.read()
                    comment = text[:text.index('#include')]
                    if 'inf' in text[len(comment):] or 'nan' in text[len(comment):] or \
                            comment.count('*/') != 1 or '??' in text or '\\' in comment or not is_printable(text):
                        bad.append(name + ': the C')
    print('\n'.join(bad) if bad else '%d models' % (len(REFUSED) + len(TAKEN) + len(NOT_EXPORTED)))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
