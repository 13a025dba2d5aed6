# Every group that does not sweep all inputs runs, and gives figures and no null where they are due.
$ crease bench --only planar --only nets --only fleet --only narrow --only start --seconds 0.001 --threads 2 --json | grep -cE '"(seconds|least|most|peak_gflops)": null'
> 0
exit 1
$ crease bench --only forward --only cats --only large --seconds 0.001 --threads 2 --json | grep -cE '"(seconds|least|most|share|peak_gflops)": null'
> 0
exit 1
