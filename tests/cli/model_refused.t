# What is no model, or one that lies: a line with the file and the place, status 2, and nothing
# written.
$ echo 'find . >../before; crease predict "$1" --data xor.csv -o out.csv; s=$?; find . | diff ../before -; exit $s' >try
$ crease data xor -n 40 -q -o xor.csv; crease train -d xor.csv --epochs 2 --hidden 3 --no-run -q -o m.st >/dev/null; ls
> m.st
> try
> xor.csv
$ sh try nowhere.st
2> crease predict: nowhere.st: cannot be read: no such file
exit 2
$ sh try xor.csv
2> crease predict: xor.csv: is no safetensors file; expected a model that crease wrote
exit 2
$ sh try .
2> crease predict: .: is a folder, expected a model
exit 2
$ : >empty.st; sh try empty.st
2> crease predict: empty.st ends after 0 bytes; expected a header
exit 2
$ head -c 7 m.st >seven.st; sh try seven.st
2> crease predict: seven.st ends after 7 bytes; expected a header
exit 2
$ (printf '\0\20\0\0\0\0\0\0'; tail -c 92 m.st) >header.st; sh try header.st
2> crease predict: header.st: is no safetensors file; expected a model that crease wrote
exit 2
$ head -c -1 m.st >byte.st; sh try byte.st
2> crease predict: byte.st: tensor '2.weight' claims bytes 40 to 52, but the file has 51 behind its header
exit 2
$ (cat m.st; echo) >more.st; sh try more.st
2> crease predict: more.st: 1 bytes behind the header belong to no tensor
exit 2
$ (printf '\377\377\377\377\377\377\377\177'; tail -c +9 m.st) >claims.st; sh try claims.st
2> crease predict: claims.st: is no safetensors file; expected a model that crease wrote
exit 2
$ sed 's/\\"version\\":1/\\"version\\":2/' m.st >newer.st; sh try newer.st
2> crease predict: newer.st: is of version 2, written by crease 0.1.0; this is crease 0.1.0, which reads up to version 1
exit 2
$ sed 's/"crease":/"crEase":/' m.st >other.st; sh try other.st
2> crease predict: other.st: is no model of crease: its metadata lack 'crease', which says what the layers are; expected a file that crease wrote
exit 2
$ sed 's/\\"version\\"/\\"versoin\\"/' m.st >no_version.st; sh try no_version.st
2> crease predict: no_version.st: description, version: is not there; expected a whole number of at least 1
exit 2
$ sed 's/\\"inputs\\":2/\\"inputs\\":3/' m.st >inputs.st; sh try inputs.st
2> crease predict: inputs.st: description, scaler.shift: expected a list of 3 numbers
exit 2
$ sed 's/\\"units\\":3/\\"units\\":4/' m.st >units.st; sh try units.st
2> crease predict: units.st: tensor '0.weight' is [3, 2]; expected [4, 2]
exit 2
$ sed 's/\\"act\\":\\"relu/\\"act\\":\\"rely/' m.st >act.st; sh try act.st
2> crease predict: act.st: description, layers[0].act: unknown activation "rely", did you mean "relu"?
exit 2
$ sed 's/\\"task\\":\\"classes/\\"task\\":\\"klasses/' m.st >task.st; sh try task.st
2> crease predict: task.st: description, task: expected classes, labels or values
exit 2
$ sed 's/\[3,2\]/[2,3]/' m.st >shape.st; sh try shape.st
2> crease predict: shape.st: tensor '0.weight' is [2, 3]; expected [3, 2]
exit 2
$ sed 's/\[3,2\]/[3,1]/' m.st >short.st; sh try short.st
2> crease predict: short.st: tensor '0.weight' takes 24 bytes, but 3 numbers of float32 take 12
exit 2
$ sed 's/"F32"/"F64"/' m.st >dtype.st; sh try dtype.st
2> crease predict: dtype.st: tensor '0.bias' takes 12 bytes, but 3 numbers of float64 take 24
exit 2
$ sed 's/"0.bias"/"9.bias"/' m.st >name.st; sh try name.st
2> crease predict: name.st: has no tensor '0.bias', which layer 1 needs
exit 2
$ sed 's/"data_offsets":\[0,/"data_offsets":[9,/' m.st >offset.st; sh try offset.st
2> crease predict: offset.st: tensor '0.bias' takes 3 bytes, but 3 numbers of float32 take 12
exit 2
$ (head -c -4 m.st; printf '\0\0\300\177') >nan.st; sh try nan.st
2> crease predict: nan.st: tensor '2.weight' has a number that is not finite
exit 2
$ (head -c -4 m.st; printf '\0\0\200\377') >inf.st; sh try inf.st
2> crease predict: inf.st: tensor '2.weight' has a number that is not finite
exit 2
$ h='{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"0.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"__metadata__":{"format":"pt"}}'; (printf "\\$(printf %o ${#h})"'\0\0\0\0\0\0\0'; printf '%s' "$h"; head -c 12 /dev/zero) >torch.st; sh try torch.st
2> crease predict: torch.st: is no model of crease: its metadata lack 'crease', which says what the layers are; expected a file that crease wrote
exit 2

# The same of eval.
$ crease eval nowhere.st --data xor.csv
2> crease eval: nowhere.st: cannot be read: no such file
exit 2
$ crease eval newer.st --data xor.csv
2> crease eval: newer.st: is of version 2, written by crease 0.1.0; this is crease 0.1.0, which reads up to version 1
exit 2
$ crease eval torch.st --data xor.csv
2> crease eval: torch.st: is no model of crease: its metadata lack 'crease', which says what the layers are; expected a file that crease wrote
exit 2

# A model that is right, and data that are not for it.
$ crease eval m.st
2> crease eval: which data? (--data FILE)
exit 2
$ crease predict m.st --data nowhere.csv
2> crease predict: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ cut -d, -f1,3 xor.csv >fewer.csv; crease predict m.st --data fewer.csv
2> crease predict: fewer.csv:1: no column 'x2', which the training data has; did you mean 'x1'?
exit 2
$ crease eval m.st --data fewer.csv
2> crease eval: fewer.csv:1: no column 'x2', which the training data has; did you mean 'x1'?
exit 2
$ cut -d, -f1,2 xor.csv >no_label.csv; crease eval m.st --data no_label.csv
2> crease eval: no_label.csv:1: no column 'label'; expected a name of this line or 1 to 2
exit 2
$ sed 's/label/class/' xor.csv >renamed.csv; crease eval m.st --data renamed.csv
2> crease eval: renamed.csv:1: no column 'label'; expected a name of this line or 1 to 3
exit 2
$ crease eval m.st --data xor.csv --target labels.csv
2> crease eval: xor.csv:1: no column 'labels.csv'; expected a name of this line or 1 to 3; there is no file 'labels.csv' either
exit 2
$ sed '3s/,[01]$/,5/' xor.csv >unknown.csv; crease eval m.st --data unknown.csv
2> crease eval: unknown.csv:3:41: field 3 ('label'): label '5' is no class of the training data; expected one of 0, 1
exit 2
$ sed '3s/^[^,]*/x/' xor.csv >text.csv; crease predict m.st --data text.csv
2> crease predict: text.csv:3:1: field 1 ('x1'): 'x' is not a number
exit 2
$ sed '3s/^[^,]*//' xor.csv >hole.csv; crease predict m.st --data hole.csv
2> crease predict: hole.csv:3:1: field 1 ('x1') is empty; expected a number
exit 2
$ (cat xor.csv; echo 1,2) >ragged.csv; crease eval m.st --data ragged.csv
2> crease eval: ragged.csv:42: 2 fields; expected 3, as in line 1
exit 2
$ echo x1,x2,label >none.csv; crease predict m.st --data none.csv
2> crease predict: none.csv: holds no rows below its header; expected a sample a line
exit 2
$ echo 'x1,x2,x1' >twice.csv; echo 1,2,3 >>twice.csv; crease predict m.st --data twice.csv
2> crease predict: twice.csv:1: columns 1 and 3 are both named 'x1'; expected one: rename it, or ignore one by its number
exit 2
$ crease predict m.st --data xor.csv -o nowhere/out.csv
2> crease predict: cannot write nowhere/out.csv: no such folder
exit 2
$ crease predict m.st --data xor.csv -o /dev/full
2> crease predict: cannot write /dev/full: No space left on device
exit 3
$ crease predict m.st --data xor.csv >/dev/full
2> crease: cannot write standard output: No space left on device
exit 3
$ crease predict m.st --data xor.csv --json -o out.json
2> crease predict: --json goes to standard output; not together with --output
exit 2
$ crease predict
2> crease predict: which model? (a file that `crease train` wrote) (try `crease predict --help`)
exit 2
$ ls out* 2>&1
> ls: cannot access 'out*': No such file or directory
exit 2
