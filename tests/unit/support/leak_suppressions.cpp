// For LeakSanitizer only. A pool's threads end with the process, after libcrypto has cleaned up:
// what it keeps for each thread that ever made a digest is not freed then.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:CRYPTO_zalloc\n"; }
