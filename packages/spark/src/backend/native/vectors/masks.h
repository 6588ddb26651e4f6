#ifdef MASKS
#if DOUBLE
typedef __mmask8 M;
#define compare(a, b, how) _mm512_cmp_pd_mask((__m512d)(a), (__m512d)(b), how)
#define compare_where(m, a, b, how) _mm512_mask_cmp_pd_mask(m, (__m512d)(a), (__m512d)(b), how)
#define compare_int(a, b, how) _mm256_cmp_epi32_mask((__m256i)(a), (__m256i)(b), how)
#define compare_int_where(m, a, b, how) _mm256_mask_cmp_epi32_mask(m, (__m256i)(a), (__m256i)(b), how)
INLINE F choose(M m, F a, F b) { return (F)_mm512_mask_blend_pd(m, (__m512d)b, (__m512d)a); }
INLINE I choose_int(M m, I a, I b) { return (I)_mm256_mask_blend_epi32(m, (__m256i)b, (__m256i)a); }
INLINE F least(F a, F b) { return (F)_mm512_min_pd((__m512d)b, (__m512d)a); }
INLINE F greatest(F a, F b) { return (F)_mm512_max_pd((__m512d)b, (__m512d)a); }
INLINE I least_int(I a, I b) { return (I)_mm256_min_epi32((__m256i)a, (__m256i)b); }
INLINE I greatest_int(I a, I b) { return (I)_mm256_max_epi32((__m256i)a, (__m256i)b); }
INLINE F root(F a) { return (F)_mm512_sqrt_pd((__m512d)a); }
INLINE F nearest(F a) { return (F)_mm512_roundscale_pd((__m512d)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE F below(F a) { return (F)_mm512_roundscale_pd((__m512d)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
INLINE I truncated(F a) { return (I)_mm512_cvttpd_epi32((__m512d)a); }
INLINE M both(M a, M b) { return _kand_mask8(a, b); }
INLINE M either(M a, M b) { return _kor_mask8(a, b); }
INLINE M differ(M a, M b) { return _kxor_mask8(a, b); }
INLINE M not(M a) { return _knot_mask8(a); }
#else
typedef __mmask16 M;
#define compare(a, b, how) _mm512_cmp_ps_mask((__m512)(a), (__m512)(b), how)
#define compare_where(m, a, b, how) _mm512_mask_cmp_ps_mask(m, (__m512)(a), (__m512)(b), how)
#define compare_int(a, b, how) _mm512_cmp_epi32_mask((__m512i)(a), (__m512i)(b), how)
#define compare_int_where(m, a, b, how) _mm512_mask_cmp_epi32_mask(m, (__m512i)(a), (__m512i)(b), how)
INLINE F choose(M m, F a, F b) { return (F)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a); }
INLINE I choose_int(M m, I a, I b) { return (I)_mm512_mask_blend_epi32(m, (__m512i)b, (__m512i)a); }
INLINE F least(F a, F b) { return (F)_mm512_min_ps((__m512)b, (__m512)a); }
INLINE F greatest(F a, F b) { return (F)_mm512_max_ps((__m512)b, (__m512)a); }
INLINE I least_int(I a, I b) { return (I)_mm512_min_epi32((__m512i)a, (__m512i)b); }
INLINE I greatest_int(I a, I b) { return (I)_mm512_max_epi32((__m512i)a, (__m512i)b); }
INLINE F root(F a) { return (F)_mm512_sqrt_ps((__m512)a); }
INLINE F nearest(F a) { return (F)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE F below(F a) { return (F)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
INLINE I truncated(F a) { return (I)_mm512_cvttps_epi32((__m512)a); }
INLINE M both(M a, M b) { return _kand_mask16(a, b); }
INLINE M either(M a, M b) { return _kor_mask16(a, b); }
INLINE M differ(M a, M b) { return _kxor_mask16(a, b); }
INLINE M not(M a) { return _knot_mask16(a); }
#endif
INLINE M truth(int x) { return x ? (M)-1 : 0; }
INLINE M less(F a, F b) { return compare(a, b, _CMP_LT_OQ); }
INLINE M less_equal(F a, F b) { return compare(a, b, _CMP_LE_OQ); }
INLINE M equal(F a, F b) { return compare(a, b, _CMP_EQ_OQ); }
INLINE M less_int(I a, I b) { return compare_int(a, b, _MM_CMPINT_LT); }
INLINE M less_equal_int(I a, I b) { return compare_int(a, b, _MM_CMPINT_LE); }
INLINE M equal_int(I a, I b) { return compare_int(a, b, _MM_CMPINT_EQ); }
INLINE M and_less(M m, F a, F b) { return compare_where(m, a, b, _CMP_LT_OQ); }
INLINE M and_less_equal(M m, F a, F b) { return compare_where(m, a, b, _CMP_LE_OQ); }
INLINE M and_equal(M m, F a, F b) { return compare_where(m, a, b, _CMP_EQ_OQ); }
INLINE M and_less_int(M m, I a, I b) { return compare_int_where(m, a, b, _MM_CMPINT_LT); }
INLINE M and_less_equal_int(M m, I a, I b) { return compare_int_where(m, a, b, _MM_CMPINT_LE); }
INLINE M and_equal_int(M m, I a, I b) { return compare_int_where(m, a, b, _MM_CMPINT_EQ); }
INLINE uint32_t bits_of(M m) { return m; }
INLINE M mask_of(uint32_t bits) { return (M)bits; }
#endif
