#pragma once

// BARNABAS_SANITIZED: an address or thread sanitizer watches this program.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BARNABAS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BARNABAS_SANITIZED 1
#endif
#endif
