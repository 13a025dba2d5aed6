# Bad data for a trainer. Each is one line with the file and the place, status 2, and nothing
# written: `sh try FILE ...` trains, and tells if a file has come or gone.
$ echo 'find . >../before; crease train -q --epochs 1 --hidden 2 --data "$@"; s=$?; find . | diff ../before -; exit $s' >try
$ crease data xor -n 40 -q -o good.csv; crease data spiral -n 30 -q -o three.csv

# No such thing.
$ sh try goood.csv
2> crease train: goood.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ sh try planr
2> crease train: planr: no such file or data set, did you mean 'planar'?
exit 2
$ sh try .
2> crease train: .: is a folder, expected a file
exit 2
$ sh try good.csv --target labl
2> crease train: good.csv:1: no column 'labl'; did you mean 'label'?
exit 2
$ sh try good.csv --target 4
2> crease train: good.csv:1: no column '4'; expected a name of this line or 1 to 3
exit 2
$ sh try good.csv --target 2-9
2> crease train: good.csv:1: no column '2-9'; expected a name of this line or 1 to 3
exit 2
$ sh try good.csv --columns x1,x3
2> crease train: good.csv:1: no column 'x3'; did you mean 'x1'?
exit 2
$ sh try good.csv --ignore x1,x2
2> crease train: good.csv:1: none of 3 columns is left as a feature
exit 2
$ sh try good.csv --target labels.csv
2> crease train: good.csv:1: no column 'labels.csv'; expected a name of this line or 1 to 3; there is no file 'labels.csv' either
exit 2

# Text tables.
$ : >empty.csv; sh try empty.csv
2> crease train: empty.csv: holds no rows; expected a sample a line
exit 2
$ echo 'x1,x2,label' >header.csv; sh try header.csv
2> crease train: header.csv: holds no rows below its header; expected a sample a line
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,four,1\n' >text.csv; sh try text.csv
2> crease train: text.csv:3:3: field 2 ('x2'): 'four' is not a number
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,1\n' >ragged.csv; sh try ragged.csv
2> crease train: ragged.csv:3: 2 fields; expected 3, as in line 1
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,4,1,5\n' >long.csv; sh try long.csv
2> crease train: long.csv:3: 4 fields; expected 3, as in line 1
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,nan,1\n' >nan.csv; sh try nan.csv
2> crease train: nan.csv:3:3: field 2 ('x2'): 'nan' is not finite; expected a number; --missing drop leaves out what lacks a value, --missing mean fills it
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,-inf,1\n' >inf.csv; sh try inf.csv
2> crease train: inf.csv:3:3: field 2 ('x2'): '-inf' is not finite; expected a number
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,1e999,1\n' >huge.csv; sh try huge.csv
2> crease train: huge.csv:3:3: field 2 ('x2'): '1e999' is too large for f32
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,1e39,1\n' >large.csv; sh try large.csv
2> crease train: large.csv:3:3: field 2 ('x2'): '1e39' is too large for f32
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,,1\n' >missing.csv; sh try missing.csv
2> crease train: missing.csv:3:3: field 2 ('x2') is empty; expected a number; --missing drop leaves out what lacks a value, --missing mean fills it
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,NA,1\n' >na.csv; sh try na.csv
2> crease train: na.csv:3:3: field 2 ('x2'): 'NA' is not a number; --missing drop leaves out what lacks a value, --missing mean fills it
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,4,\n' >no_label.csv; sh try no_label.csv
2> crease train: no_label.csv:3:5: field 3 ('label') is empty; expected a label
exit 2
$ printf 'x1,x2,label\n1,,0\n3,,1\n' >all.csv; sh try all.csv --missing mean
2> crease train: all.csv: feature 2 ('x2') has no value in any of the 2 samples; leave it out
exit 2
$ sh try all.csv --missing drop
2> crease train: all.csv: each of 2 samples lacks a value
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,4,0\n' >one.csv; sh try one.csv --task classes
2> crease train: one.csv: all samples are of class 0; expected at least two classes
exit 2
$ printf 'x1,x2,label\n1,2,a\n3,4,a\n' >one_text.csv; sh try one_text.csv
2> crease train: one_text.csv: all labels are 'a'; expected at least two classes
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,4,0.5\n' >half.csv; sh try half.csv --task classes
2> crease train: half.csv:3:5: field 3 ('label'): label 0.5; expected a class: a whole number or a name
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,4,a\n' >mixed.csv; sh try mixed.csv --task values
2> crease train: mixed.csv:3:5: field 3 ('label'): label 'a' is not a number
exit 2
$ printf 'x1,x1,label\n1,2,0\n3,4,1\n' >twice.csv; sh try twice.csv
2> crease train: twice.csv:1: columns 1 and 2 are both named 'x1'; expected one: rename it, or ignore one by its number
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,"4,1\n' >quote.csv; sh try quote.csv
2> crease train: quote.csv:3:3: quote is not closed on this line
exit 2
$ printf 'x1,x2,label\n1,2,0\n3,\0,1\n' >zero.csv; sh try zero.csv
2> crease train: zero.csv:3:3: NUL byte; expected text
exit 2
$ (echo x,label; seq 70000 | sed 's/.*/&,class &/') >many.csv; sh try many.csv
2> crease train: many.csv:65538:7: field 2 ('label'): more than 65536 different labels; is this the target's column?
exit 2
$ printf '1,2,0\n3,x,1\n' >bare.csv; sh try bare.csv --no-header
2> crease train: bare.csv:2:3: field 2: 'x' is not a number
exit 2
$ printf 'label\n0\n1\n' >no_feature.csv; sh try no_feature.csv
2> crease train: no_feature.csv:1: a single column; expected features and a label, separated by , ; or tab
exit 2

# What is tested on is not what is learned from.
$ printf 'x1,label\n1,0\n2,1\n' >fewer.csv; sh try good.csv --test fewer.csv
2> crease train: fewer.csv:1: no column 'x2', which the training data has; did you mean 'x1'?
exit 2
$ printf 'x1,x2,label\n1,2,7\n' >unknown.csv; sh try good.csv --test unknown.csv
2> crease train: unknown.csv:2:5: field 3 ('label'): label '7' is no class of the training data; expected one of 0, 1
exit 2
$ printf 'x1,x2,label\n1,2,a\n2,3,b\n' >a.csv; printf 'x1,x2,label\n1,2,c\n' >c.csv; sh try a.csv --test c.csv
2> crease train: c.csv:2:5: field 3 ('label'): label 'c' is no class of the training data; expected one of a, b
exit 2
$ sh try a.csv --valid c.csv
2> crease train: c.csv:2:5: field 3 ('label'): label 'c' is no class of the training data; expected one of a, b
exit 2
$ sh try good.csv --test nowhere.csv
2> crease train: nowhere.csv: no such file, and no data set crease makes (planar, circles, moons, blobs, quantiles, spiral, xor, uniform)
exit 2
$ sh try good.csv --test-target good.csv
2> crease train: --test-target without --test
exit 2
$ sh try good.csv --valid 1
2> crease train: --valid 1: a share of 1 for validation; expected one between 0 and 1
exit 2
$ sh try good.csv --valid 0
2> crease train: --valid 0: a share of 0 for validation; expected one between 0 and 1
exit 2
$ sh try good.csv --valid=-0.5
2> crease train: --valid -0.5: a share of -0.5 for validation; expected one between 0 and 1
exit 2
$ printf '1\n2\n' >w.csv; sh try good.csv --weights w.csv
2> crease train: w.csv: has 2 targets, but good.csv has 40 samples; expected as many
exit 2
$ (echo w; seq 39; echo -1) >w.csv; sh try good.csv --weights w.csv
2> crease train: --weights w.csv: sample 39 has the weight -1; expected 0 or more
exit 2
$ (echo w; seq 39; echo inf) >w.csv; sh try good.csv --weights w.csv
2> crease train: w.csv:41:1: field 1 ('w'): 'inf' is not finite; expected a number
exit 2
$ (echo w; yes 0 | head -40) >w.csv; sh try good.csv --weights w.csv
2> crease train: all samples have the weight 0; one at least must count
exit 2
$ sh try good.csv --weights w
2> crease train: good.csv:1: no column 'w'; expected a name of this line or 1 to 3
exit 2
$ sh try good.csv --class-weights 1
2> crease train: --class-weights '1': expected 'balanced', or 2 numbers from 0 on with commas between, one a class
exit 2
$ sh try good.csv --class-weights 1,2,3
2> crease train: --class-weights '1,2,3': expected 'balanced', or 2 numbers from 0 on with commas between, one a class
exit 2
$ sh try good.csv --class-weights 1,-2
2> crease train: --class-weights '1,-2': expected 'balanced', or 2 numbers from 0 on with commas between, one a class
exit 2

# IDX.
$ x() { printf '\0\0\10\3\0\0\0\2\0\0\0\2\0\0\0\2\1\2\3\4\5\6\7\10'; }; x >x-idx3-ubyte; printf '\0\0\10\1\0\0\0\2\0\1' >y-idx1-ubyte
$ head -c 20 x-idx3-ubyte >short-idx3-ubyte; sh try short-idx3-ubyte --target y-idx1-ubyte
2> crease train: short-idx3-ubyte claims 8 bytes of uint8 after its header, but 4 are there
exit 2
$ (cat x-idx3-ubyte; echo) >long-idx3-ubyte; sh try long-idx3-ubyte --target y-idx1-ubyte
2> crease train: long-idx3-ubyte claims 8 bytes of uint8 after its header, but 9 are there
exit 2
$ head -c 9 x-idx3-ubyte >head-idx3-ubyte; sh try head-idx3-ubyte --target y-idx1-ubyte
2> crease train: head-idx3-ubyte ends after 9 bytes, in the middle of what it must hold up to byte 12
exit 2
$ printf '\0\1\10\3\0\0\0\2\0\0\0\2\0\0\0\2\1\2\3\4\5\6\7\10' >magic-idx3-ubyte; sh try magic-idx3-ubyte --target y-idx1-ubyte
2> crease train: magic-idx3-ubyte begins with bytes 00 01 08 03; expected 00 00, a type (08, 09, 0b ... 0e) and 1 to 8 axes
exit 2
$ printf '\0\0\7\3\0\0\0\2\0\0\0\2\0\0\0\2\1\2\3\4\5\6\7\10' >type-idx3-ubyte; sh try type-idx3-ubyte --target y-idx1-ubyte
2> crease train: type-idx3-ubyte begins with bytes 00 00 07 03; expected 00 00, a type (08, 09, 0b ... 0e) and 1 to 8 axes
exit 2
$ printf '\0\0\10\3\377\377\377\377\377\377\377\377\377\377\377\377' >claims-idx3-ubyte; sh try claims-idx3-ubyte --target y-idx1-ubyte
2> crease train: claims-idx3-ubyte claims more numbers than any memory holds
exit 2
$ printf '\0\0\10\1\0\0\0\3\0\1\2' >three-idx1-ubyte; sh try x-idx3-ubyte --target three-idx1-ubyte
2> crease train: three-idx1-ubyte: has 3 targets, but x-idx3-ubyte has 2 samples; expected as many
exit 2
$ sh try x-idx3-ubyte
2> crease train: x-idx3-ubyte: holds samples of 2 axes and no target; say which file has it
exit 2
$ sh try x-idx3-ubyte --target y-idx1-ubyte --test x-idx3-ubyte
2> crease train: --test x-idx3-ubyte: its target is in a file of its own too; which? (--test-target)
exit 2
$ sh try x-idx3-ubyte --target nowhere-idx1-ubyte
2> crease train: --target nowhere-idx1-ubyte: no such file
exit 2
$ sh try x-idx3-ubyte --target y-idx1-ubyte --valid x-idx3-ubyte
2> crease train: --valid x-idx3-ubyte: with the target in a file of its own, expected a share such as 0.1
exit 2

# NPY: two rows of two float64, and what is wrong with each.
$ npy() { h="{'descr': '$1', 'fortran_order': $2, 'shape': $3, }"; printf '\223NUMPY\1\0'; printf '\\%o\\0' $((${#h} + 1)) | xargs -0 printf; printf '%s\n' "$h"; head -c "$4" /dev/zero; }; npy '<f8' False '(2, 2)' 32 >ok.npy; npy '<f8' False '(2, 2)' 31 >short.npy; npy '<f8' False '(2, 2)' 33 >long.npy; npy '|O' False '(2, 2)' 32 >object.npy; npy '<c16' False '(2, 2)' 64 >complex.npy; npy '<f8' Perhaps '(2, 2)' 32 >fortran.npy; npy '<f8' False '(2, -2)' 32 >shape.npy; npy '<f8' False '(0, 2)' 0 >none.npy; npy '<f8' False '(9999999999, 9999999999)' 32 >claims.npy; npy '<f8' False '(2,)' 16 >y.npy; npy '<f8' False '(3,)' 24 >y3.npy
$ for f in short long object complex fortran shape none claims; do sh try $f.npy --target y.npy; [ $? = 2 ] || echo not 2; done
2> crease train: short.npy claims 32 bytes of float64 after its header, but 31 are there
2> crease train: long.npy claims 32 bytes of float64 after its header, but 33 are there
2> crease train: object.npy (dtype '|O') holds Python objects (a dict?): to read them is to run code from the file, so save arrays of numbers alone, and a dict of them as **dict
2> crease train: complex.npy (dtype '<c16') holds complex numbers, of which a net has none
2> crease train: fortran.npy: the header has 'Perhaps, 'shape'' at its byte 34, not True or False
2> crease train: shape.npy: the header has '-2), }\n' at its byte 54, not the length of an axis
2> crease train: none.npy: is empty; expected samples by features
2> crease train: claims.npy claims more numbers than any memory holds
$ sh try ok.npy --target y3.npy
2> crease train: y3.npy: has 3 targets, but ok.npy has 2 samples; expected as many
exit 2
$ head -c 20 ok.npy >torn.npy; sh try torn.npy --target y.npy
2> crease train: torn.npy ends after 20 bytes, in the middle of what it must hold up to byte 70
exit 2
$ printf '\223NUMPY\11\0' >new.npy; sh try new.npy --target y.npy
2> crease train: new.npy is .npy of version 9.0; expected 1.0 to 3.0
exit 2
$ sh try ok.npy --target y.npy --columns 1-3
2> crease train: ok.npy: no column '1-3'; expected 1 to 2
exit 2

# Tensors: two of the right form, and what is wrong with each.
$ st() { printf '\\%o\\%o\\0\\0\\0\\0\\0\\0' $((${#1} % 256)) $((${#1} / 256)) | xargs -0 printf; printf '%s' "$1"; head -c "$2" /dev/zero; }; x='"X":{"dtype":"F64","shape":[2,2],"data_offsets":[0,32]}'; y='"y":{"dtype":"F64","shape":[2],"data_offsets":[32,48]}'; st "{$x,$y}" 48 >ok.safetensors; st "{$x,$y}" 47 >short.safetensors; st "{$x,$y}" 49 >long.safetensors; st "{$x}" 32 >alone.safetensors; st "{$x,$y" 48 >brace.safetensors; st "{$x,$x}" 32 >twice.safetensors; st "{$x,$y}" 48 | sed 's/\[2,2]/[2,3]/' >shape.safetensors; st "{$x,$y}" 48 | sed 's/\[32,48]/[16,32]/' >overlap.safetensors; st "{$x,$y}" 48 | sed 's/F64/Q64/' >type.safetensors; head -c 30 ok.safetensors >torn.safetensors; head -c 7 ok.safetensors >seven.safetensors; printf '\377\377\377\377\377\377\377\377{}' >claims.safetensors
$ for f in short long alone brace twice shape overlap type torn seven claims; do sh try $f.safetensors; [ $? = 2 ] || echo not 2; done
2> crease train: short.safetensors: tensor 'y' claims bytes 32 to 48, but the file has 47 behind its header
2> crease train: long.safetensors: 1 bytes behind the header belong to no tensor
2> crease train: alone.safetensors: no tensor '..._y'; expected one of those there: X
2> crease train: brace.safetensors: the header is no JSON: expected ',' or '}', at byte 119
2> crease train: twice.safetensors: the header is no JSON: expected another name: this one is there already, at byte 65
2> crease train: shape.safetensors: tensor 'X' takes 32 bytes, but 6 numbers of float64 take 48
2> crease train: overlap.safetensors: tensor 'y' begins at byte 16, where the one before it still goes on: it ends at 32
2> crease train: type.safetensors: tensor 'X' has dtype 'Q64'; expected F64, F32, F16, BF16, I64 ... U8 or BOOL
2> crease train: torn.safetensors claims a header of 112 bytes; expected at most 22
2> crease train: seven.safetensors ends after 7 bytes; expected a header
2> crease train: claims.safetensors claims a header of 18446744073709551615 bytes; expected at most 2
