/* Made by tests/golden/make_numpy_streams.py with NumPy 1.24.2, scikit-learn 1.2.1. Do not edit. */
#ifndef GOLDEN_NUMPY_STREAMS_H
#define GOLDEN_NUMPY_STREAMS_H

#include <stdint.h>

/* RandomState(0).rand(8) */
static const double rand_0[] = {
    0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1, 0x1.349d66b6e894bp-1, 0x1.16faedb6395f5p-1,
    0x1.b1d2904fd0ef6p-2, 0x1.4ab2a21899b5bp-1, 0x1.c016dca6159d2p-2, 0x1.c8967883a12f7p-1,
};

/* RandomState(0).randn(9) */
static const double randn_0[] = {
    0x1.c398ef3e5cfa5p+0, 0x1.99c2cfacc8953p-2,  0x1.f51d25222c9abp-1,
    0x1.1ed5969e3314ep+1, 0x1.de1847cb13ddap+0,  -0x1.f45dc42a58c82p-1,
    0x1.e671fd33295e9p-1, -0x1.35fac49d38436p-3, -0x1.a6c8cf8c8b459p-4,
};

/* RandomState(1).rand(8) */
static const double rand_1[] = {
    0x1.ab07d0ffa3c06p-2, 0x1.70ce5f3baf051p-1, 0x1.dfb906661c000p-14, 0x1.3596ab7fe08f4p-2,
    0x1.2c8e5a3c7053cp-3, 0x1.7a3808cb0ca10p-4, 0x1.7d75fe634e1e4p-3,  0x1.61daabd5ba3cep-2,
};

/* RandomState(1).randn(9) */
static const double randn_1[] = {
    0x1.9fd5190657c50p+0,  -0x1.393822fb7d9adp-1, -0x1.0e6c872548fd2p-1,
    -0x1.12ae1255cb80cp+0, 0x1.bb16b5735117dp-1,  -0x1.2698d1ecca259p+1,
    0x1.beabfbd8fc605p+0,  -0x1.85bce931aaff6p-1, 0x1.46b22f4ed7b24p-2,
};

/* RandomState(12345).rand(8) */
static const double rand_12345[] = {
    0x1.dbf6a3f8f84b7p-1, 0x1.43f7f410bb044p-2, 0x1.78aa6d0a2dad8p-3, 0x1.a2f07fd391514p-3,
    0x1.22acdae20d908p-1, 0x1.30eb3c3d342ecp-1, 0x1.edd4d8dd90335p-1, 0x1.4e6d3a7b1e86ap-1,
};

/* RandomState(12345).randn(9) */
static const double randn_12345[] = {
    -0x1.a33dc4f5d203dp-3, 0x1.ea701f566080fp-2, -0x1.09f3df0ae3d0ep-1,
    -0x1.1c88aeb5231f1p-1, 0x1.f73d654602e58p+0, 0x1.64b63ea2acb4bp+0,
    0x1.7c8cf8427b26ep-4,  0x1.20821040b7d8bp-2, 0x1.89bd53738ebe6p-1,
};

/* RandomState(4294967295).rand(8) */
static const double rand_4294967295[] = {
    0x1.8fe69a3924820p-4, 0x1.d323d824032b1p-1, 0x1.93fc6f61af3f9p-1, 0x1.8f5ca1b151c07p-1,
    0x1.25ec7244bbf80p-6, 0x1.f06314e047dc9p-1, 0x1.2fb4adec830e1p-1, 0x1.2b3f78b30728cp-3,
};

/* RandomState(4294967295).randn(9) */
static const double randn_4294967295[] = {
    0x1.4bfc38c486d8ap-1,  0x1.56b192e507eeep-1, -0x1.149e836f192fdp+0,
    0x1.23543dec5a0fcp-2,  0x1.d27bf27c6aaafp-4, 0x1.bc38efd644bd1p-1,
    -0x1.68a93f10b89eep-5, 0x1.fd7bf9478f663p-3, -0x1.f9f94d65c3902p-1,
};

/* RandomState(1).rand(2000)[-8:]: past three refills */
static const double rand_tail[] = {
    0x1.1fa272e152edbp-1, 0x1.79322dbbcc093p-1, 0x1.97cd6387e9c42p-1, 0x1.ca3f92d6a0fe6p-2,
    0x1.7917de408a26cp-3, 0x1.a84fac1cdea89p-1, 0x1.fbdedded200a0p-6, 0x1.e4b9915854642p-1,
};

/* RandomState(1).randn(100000)[-8:] */
static const double randn_tail[] = {
    -0x1.380799a8aa2e2p+1, 0x1.29b1e7585302bp+0, 0x1.4190528d60866p+0, 0x1.a08e4fe0cb8bdp-3,
    0x1.06e5927bb845bp+0,  0x1.4cb2e97c737e1p-4, 0x1.604da426fffc0p-2, -0x1.7ebfb13c94e08p-1,
};

/* 100,000 values of RandomState(7).randn added from first to last */
static const double randn_sum[] = {
    -0x1.20c66342761e8p+8,
};

/* RandomState(3).uniform(-10, 10, 8) */
static const double uniform_3[] = {
    0x1.0415d3ad43900p+0, 0x1.0a6de0e664500p+2, -0x1.0ba455cc9661ap+2, 0x1.bb7fab62dfbc0p-3,
    0x1.f6f8dba5ee0e8p+2, 0x1.fb4151c2ffeb0p+2, -0x1.df4034997fc3fp+2, -0x1.76baa758567edp+2,
};

/* RandomState(1), raw words */
static const uint32_t bits_1[] = {
    1791095845u, 4282876139u, 3093770124u, 4005303368u,
    491263u,     550290313u,  1298508491u, 4290846341u,
};

/* RandomState(5).randint(0, 1000, 16) */
static const uint64_t interval_5[] = {
    867, 206, 701, 998, 118, 400, 73, 8, 740, 743, 958, 411, 624, 670, 720, 519,
};

/* RandomState(5).randint(0, 2**40 + 17, 8) */
static const uint64_t interval_wide[] = {
    34745516772,  993841416126, 680694927056, 34320314572,
    347116992539, 190020264141, 875161316417, 537382422674,
};

/* RandomState(4).permutation(30) */
static const size_t permutation_4[] = {
    11, 21, 28, 15, 20, 25, 17, 29, 19, 0, 3, 16, 10, 6,  12,
    2,  4,  22, 13, 7,  9,  18, 24, 27, 8, 1, 5,  23, 14, 26,
};

/* RandomState(9): rand(3), then shuffle(arange(20)) */
static const size_t shuffle_9[] = {
    3, 6, 7, 5, 16, 15, 2, 4, 9, 10, 18, 11, 14, 0, 12, 13, 19, 17, 8, 1,
};

/* RandomState(6): randn rand randn randn uniform(2, 5) randint(0, 10) randn */
static const double mixed_6[] = {
    -0x1.3f44382438f61p-2, 0x1.a47824c41cbf5p-1, 0x1.75400095248cep-1, 0x1.854b4a355546ep-1,
    0x1.a0d2720975830p+1,  0x1.0000000000000p+0, 0x1.363fb3d8f978dp+1,
};

/* the course's flower, seed 1: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double planar_1[] = {
    0x1.3456547f26cdap+0,  0x1.c9be1bc07cf71p+1,  0x0.0p+0,
    0x1.4509b2b9403e2p-3,  -0x1.7b6f8d582a37cp+0, 0x0.0p+0,
    0x1.8621ec80c8f70p-4,  -0x1.47ab27009c82dp+0, 0x0.0p+0,
    0x1.658f0ac42d91dp-2,  -0x1.083d9a5f8cd0ep+1, 0x0.0p+0,
    0x1.6367adabfdc33p-1,  0x1.71ce51046902cp+1,  0x0.0p+0,
    0x1.cd2d40e753714p-2,  0x1.343d52b39d72bp+1,  0x1.0000000000000p+0,
    0x1.33cb8c5fee1b7p-5,  0x1.c87fec6a4f36fp-1,  0x1.0000000000000p+0,
    0x1.b5897f98a1e3ap-3,  0x1.bb6565161d6f4p+0,  0x1.0000000000000p+0,
    0x1.4c2c13e049b97p-2,  -0x1.0ee3ba00309dcp+1, 0x1.0000000000000p+0,
    0x1.7628e77fd8210p-1,  0x1.88bf02f14386fp+1,  0x1.0000000000000p+0,
    -0x1.1569f00628aa0p+4, 0x1.b6d2512d5bf94p+4,  0x1.9000000000000p+7,
    0x1.3ff427d41d616p+9,  0x1.44bf9113fe40ap+9,  0x1.d588000000000p+15,
};

/* the course's flower, seed 3: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double planar_3[] = {
    0x1.5d47c78d2ed65p+0,  0x1.d33109df3f324p+1,  0x0.0p+0,
    0x1.5786956f96c75p-3,  0x1.9f812c6bbfdfep+0,  0x0.0p+0,
    0x1.4c5a7abf2019fp-5,  0x1.99b56f6d68bcep-1,  0x0.0p+0,
    0x1.33fcdf0ee6349p+0,  -0x1.c806abbe81eb9p+1, 0x0.0p+0,
    0x1.ff4bc7f38ef6dp-10, 0x1.14038321c7eb9p-2,  0x0.0p+0,
    0x1.5aa0bebf4fb0ep+0,  -0x1.d49b91eb6b51ap+1, 0x1.0000000000000p+0,
    0x1.7abd094ada7aep-1,  0x1.8a6b94c80a8cap+1,  0x1.0000000000000p+0,
    0x1.3e496bf88483bp-1,  0x1.6ddc825e77f35p+1,  0x1.0000000000000p+0,
    0x1.887d0aa4600d0p-7,  0x1.27c6d733914bep-2,  0x1.0000000000000p+0,
    0x1.17b09b7f3ee40p-1,  -0x1.5118d771cba06p+1, 0x1.0000000000000p+0,
    -0x1.984b0b0cc49f8p+2, 0x1.98751da2bf7b4p+4,  0x1.9000000000000p+7,
    0x1.4597a7d07a57cp+9,  0x1.43625fcc27238p+9,  0x1.d588000000000p+15,
};

/* make_circles: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double circles_1[] = {
    -0x1.e540c8cb9d532p-1, -0x1.2b0254bbeeacbp-1, 0x0.0p+0,
    -0x1.53527dbc26114p-1, 0x1.1c08a949b6c7bp+0,  0x0.0p+0,
    -0x1.07bfe2f78fa1dp-1, 0x1.f8fc5bc8ca5d7p-1,  0x0.0p+0,
    0x1.342c75422deb2p-2,  -0x1.5e5792afa7fb5p-3, 0x1.0000000000000p+0,
    0x1.1b900bbb2f344p-5,  -0x1.e216d6ac6a90dp-3, 0x1.0000000000000p+0,
    -0x1.a3e4bc312117cp-4, 0x1.5590a626c4db8p-5,  0x1.0000000000000p+0,
    -0x1.faba5dd0630eap-4, 0x1.842688f8eb702p-1,  0x1.0000000000000p+0,
    -0x1.56efcb5f02580p-1, -0x1.81a13790b0a16p-1, 0x0.0p+0,
    0x1.5b31d16010480p-6,  0x1.73e7d37f4ac7ap-3,  0x1.0000000000000p+0,
    -0x1.9f82772e7e4dep-1, 0x1.6cf647012806dp-2,  0x0.0p+0,
    0x1.1df8f890ce7e9p+2,  0x1.e30882bfbc97cp+0,  0x1.9000000000000p+6,
    0x1.a8a59dabcec8bp+6,  0x1.9a4dd79c78c27p+6,  0x1.41b0000000000p+13,
};

/* make_circles(75, factor=.25, noise=.1, random_state=8): rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double circles_odd[] = {
    0x1.fee97eba28262p-1,   -0x1.2647c9fd5ee07p-2, 0x0.0p+0,
    0x1.f13c942590584p-1,   -0x1.873611962da86p-2, 0x0.0p+0,
    -0x1.bb58ef1a9c499p-1,  -0x1.05a3b2e732b59p-2, 0x0.0p+0,
    0x1.c60ffc7ecc77ep-1,   0x1.6614787c44eadp-1,  0x0.0p+0,
    0x1.26e6f63ffaf92p-5,   0x1.ed40d64e36f1fp-3,  0x1.0000000000000p+0,
    -0x1.aa47afb97530cp-6,  0x1.48e9edc3114b9p-3,  0x1.0000000000000p+0,
    -0x1.39983a2948280p-10, -0x1.ba534da745896p-4, 0x1.0000000000000p+0,
    -0x1.accafc8431f54p-5,  0x1.f1b26a37476dap-1,  0x0.0p+0,
    0x1.4d9a3ce4a9761p-1,   0x1.b8dd51530297ap-1,  0x0.0p+0,
    0x1.0b2c6ed9728ccp-5,   -0x1.04033f0f387c9p-2, 0x1.0000000000000p+0,
    0x1.aa24360d52365p-1,   -0x1.8a23e4e445798p-1, 0x1.3000000000000p+5,
    0x1.cb26c5c610071p+4,   0x1.e6950ecb190e1p+4,  0x1.7640000000000p+10,
};

/* make_moons: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double moons_1[] = {
    -0x1.41a5dd70d470cp-2, 0x1.ca961c47147efp-1,  0x0.0p+0,
    0x1.93e7dfbd55d77p-2,  0x1.4d7ed9ede9187p+0,  0x0.0p+0,
    0x1.f1bb08613f6f2p-2,  0x1.f3c39828eebbcp-1,  0x0.0p+0,
    -0x1.06431afcd26bbp-3, 0x1.1f7e284398f48p-2,  0x1.0000000000000p+0,
    0x1.bbb9bd4325739p+0,  0x1.548dc62d9261ep-3,  0x1.0000000000000p+0,
    0x1.2f3a694891ac4p-1,  -0x1.42babe9145ee0p-1, 0x1.0000000000000p+0,
    0x1.84cb180a04104p-1,  -0x1.478e5cd324664p-3, 0x1.0000000000000p+0,
    -0x1.f3f423d4187c8p-1, 0x1.d125087f62893p-1,  0x0.0p+0,
    0x1.f9483fba10aa2p-1,  -0x1.0f3db480fd009p-1, 0x1.0000000000000p+0,
    0x1.34ec0c02b84d2p-2,  0x1.5913ff489d3a8p-1,  0x0.0p+0,
    0x1.9bea5fb0b3454p+6,  0x1.9a102d63fe987p+5,  0x1.9000000000000p+6,
    0x1.508479383b61fp+7,  0x1.8320dab8fa9a8p+6,  0x1.41b0000000000p+13,
};

/* make_blobs, y % 2: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double blobs_5[] = {
    -0x1.c19a9fa5c97a8p-1, 0x1.6447edca6c870p+1,  0x0.0p+0,
    0x1.7c9c4302d7b8cp+2,  -0x1.d4d8fa09c5990p-5, 0x1.0000000000000p+0,
    -0x1.0704ac7d88eaep+2, -0x1.8c776b58a7a12p+2, 0x0.0p+0,
    0x1.53405ed6014fap+2,  0x1.ecf4ed38bcc09p-3,  0x1.0000000000000p+0,
    -0x1.91933298d94b5p+2, 0x1.e7834725c084cp+2,  0x1.0000000000000p+0,
    -0x1.0c900bfb1202dp+2, -0x1.a7fcbaddfe6c6p+2, 0x0.0p+0,
    -0x1.af40fa99d86d0p-1, 0x1.0fde29f0f66bap-1,  0x0.0p+0,
    -0x1.c2a37cd219135p+2, 0x1.41f12e3e3d409p+2,  0x1.0000000000000p+0,
    0x1.a1b2c0b502872p+2,  0x1.0fc5e65b4cf8fp+0,  0x1.0000000000000p+0,
    -0x1.6968a5cb1de8ep+2, 0x1.1f3cda8501f0fp+3,  0x0.0p+0,
    -0x1.3fd8b357de09bp+9, 0x1.281e402af4208p+9,  0x1.9000000000000p+6,
    0x1.f246b79edea7ap+9,  0x1.fa46783ac287ap+9,  0x1.57b8000000000p+13,
};

/* make_gaussian_quantiles: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double quantiles_1[] = {
    0x1.669240ba0f396p-2,  -0x1.f9fe90f7c4148p-4, 0x0.0p+0,
    -0x1.f99a365debaf9p+0, 0x1.5ebaed07ab879p+0,  0x1.0000000000000p+0,
    0x1.33a764200f75dp-4,  -0x1.142d79ab31329p+0, 0x1.0000000000000p+0,
    -0x1.ac0b7d8aae569p-1, -0x1.e20ec992873b2p-2, 0x1.0000000000000p+0,
    0x1.47bde86f6c50ap+0,  -0x1.d8b9408947b30p-1, 0x1.0000000000000p+0,
    0x1.c496a4f65ff37p-4,  -0x1.13782f224f380p-3, 0x0.0p+0,
    -0x1.89d51875a5767p-4, -0x1.20a47a82511e2p-1, 0x0.0p+0,
    -0x1.2acffddda0fefp+0, -0x1.426a6234b822fp-1, 0x1.0000000000000p+0,
    0x1.26a2e1d71980ep+0,  0x1.e97e43dbf49acp-3,  0x1.0000000000000p+0,
    0x1.1f06d8c05cee2p-1,  -0x1.c37c068726de9p-2, 0x0.0p+0,
    0x1.54d63db955546p+3,  0x1.d88620a7753d8p+1,  0x1.9000000000000p+6,
    0x1.af534b4573d21p+6,  0x1.bc9d2c8b248ccp+6,  0x1.2260000000000p+13,
};

/* make_gaussian_quantiles(cov=2, 101 samples, 3 classes, random_state=4): rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double quantiles_odd[] = {
    -0x1.6702ce13c70fbp-1, -0x1.f09d53923e0acp-3, 0x0.0p+0,
    -0x1.b6bd1abd26b45p-2, 0x1.b32be244769cap+0,  0x1.0000000000000p+0,
    -0x1.e7d52e2bc8045p+0, -0x1.b1c1864af8a30p-7, 0x1.0000000000000p+0,
    -0x1.ea20ee7316518p-1, -0x1.9755c20d041f3p+0, 0x1.0000000000000p+0,
    0x1.bc3ebd4951ab8p-1,  -0x1.3056d6963f5b6p-2, 0x0.0p+0,
    0x1.b2ff1dd38ca38p-5,  0x1.a03c29873d719p-5,  0x0.0p+0,
    0x1.bff6f6eb94235p-1,  -0x1.fdacbb2b8b74bp-4, 0x0.0p+0,
    0x1.1548a4cfe1c13p+1,  -0x1.add0493aae639p-1, 0x1.0000000000000p+1,
    -0x1.30a63118e7a91p+1, -0x1.3a2ad3fa9f99ep-1, 0x1.0000000000000p+1,
    -0x1.d789b1f5ae002p-1, 0x1.88c6d5fb5594cp-1,  0x0.0p+0,
    0x1.0fafae876670ap+4,  -0x1.2e1581d2078f3p+3, 0x1.9c00000000000p+6,
    0x1.c5cb8ce051a49p+6,  0x1.9a38580f7d565p+6,  0x1.7500000000000p+12,
};

/* the spiral of the CS231n notes, seed 1: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double spiral_1[] = {
    0x0.0p+0,
    0x0.0p+0,
    0x0.0p+0,
    -0x1.b17e694600441p-11,
    0x1.49e110e7696c5p-7,
    0x0.0p+0,
    -0x1.06ecc088388cfp-11,
    0x1.4ae34d9371fd3p-6,
    0x0.0p+0,
    -0x1.725c917364a93p-9,
    0x1.ee525c016661dp-6,
    0x0.0p+0,
    0x1.b2e629f3553b2p-7,
    0x1.389f872911f4bp-5,
    0x0.0p+0,
    -0x1.5c20494cc06d5p-1,
    0x1.5ab1b081944afp-1,
    0x1.0000000000000p+1,
    -0x1.1a05f3234d353p-1,
    0x1.989b85b0e0bfbp-1,
    0x1.0000000000000p+1,
    -0x1.d862488669819p-2,
    0x1.ba9335f980235p-1,
    0x1.0000000000000p+1,
    -0x1.6ad1dc02efb0cp-1,
    0x1.61e354fdab4dcp-1,
    0x1.0000000000000p+1,
    -0x1.bca805a935c51p-2,
    0x1.cd35a090ce574p-1,
    0x1.0000000000000p+1,
    -0x1.3804bbdbc628ep+2,
    -0x1.39b884947ee5fp+3,
    0x1.2c00000000000p+8,
    0x1.8389284291c3ep+6,
    0x1.79f6f642cd09cp+6,
    0x1.fcfc000000000p+15,
};

/* xor, seed 1: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double xor_1[] = {
    -0x1.9ba3c3d6213e5p-4, 0x1.bdfb9d135f1b8p-2,  0x1.0000000000000p+0,
    -0x1.1284482d79b75p+0, -0x1.edaeb20499a84p-2, 0x0.0p+0,
    -0x1.70af1b1380224p-1, -0x1.ca43f74831ad7p-1, 0x0.0p+0,
    -0x1.32cbea82738a7p-1, -0x1.90e24e59c8552p-2, 0x0.0p+0,
    -0x1.27a4873a6e9d0p-3, 0x1.62ce9bf97af36p-3,  0x1.0000000000000p+0,
    -0x1.6c018c757299ap-1, 0x1.7475e7a8fc16ap-1,  0x1.0000000000000p+0,
    -0x1.c4326209b9bf8p-2, -0x1.17e2bf01c0e34p+0, 0x0.0p+0,
    0x1.055cfd6a449a8p-3,  0x1.d429a1d5360c7p-2,  0x0.0p+0,
    -0x1.eddfc5db6b768p-3, 0x1.059d419fc8ca4p-1,  0x1.0000000000000p+0,
    0x1.a2891e0db5665p-5,  0x1.da8d181bdced1p-3,  0x0.0p+0,
    -0x1.1ac670f9cb857p+3, 0x1.05a26fc8416d9p+4,  0x1.7800000000000p+6,
    0x1.a446a1ca02b80p+6,  0x1.9ad29d69ca3d0p+6,  0x1.2470000000000p+13,
};

/* no structure, seed 1: rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y */
static const double uniform_1[] = {
    0x1.ab07d0ffa3c06p-2,  0x1.70ce5f3baf051p-1, 0x1.0000000000000p+0,
    0x1.dfb906661c000p-14, 0x1.3596ab7fe08f4p-2, 0x0.0p+0,
    0x1.2c8e5a3c7053cp-3,  0x1.7a3808cb0ca10p-4, 0x0.0p+0,
    0x1.7d75fe634e1e4p-3,  0x1.61daabd5ba3cep-2, 0x0.0p+0,
    0x1.964a3677bfbe8p-2,  0x1.13dfc97629f54p-1, 0x0.0p+0,
    0x1.b2182bb9984c0p-3,  0x1.98e2a7d3623e6p-1, 0x0.0p+0,
    0x1.3077a33e97ca8p-2,  0x1.c44c01a120000p-6, 0x0.0p+0,
    0x1.2fd660c5abe38p-1,  0x1.b00bda4a9aa8bp-1, 0x0.0p+0,
    0x1.862917406230ap-2,  0x1.7fed6db267ba2p-1, 0x0.0p+0,
    0x1.05b455f9d49cep-1,  0x1.14f7a28e0caecp-1, 0x0.0p+0,
    0x1.8172bbf0777b6p+6,  0x1.acc4a6dc5b3c8p+6, 0x1.a400000000000p+6,
    0x1.8172bbf0777b6p+6,  0x1.acc4a6dc5b3c8p+6, 0x1.3fc0000000000p+13,
};

#endif
