/*
 * What a native program calls and GraalVM's jars do not bring: the small libraries beside the JDK's own (libchelper,
 * libjvm, libsvm_container), by the names and types that the jars declare, as far as a server on Linux and x86-64 needs
 * them. No container is told from its host: give the program -Xmx in one.
 */
#define _GNU_SOURCE
#include "amd64cpufeatures.h"
#include "svm_locale.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The processor: what the compiler that made this knows to ask for; of the rest only what every x86-64 has. */

void determineCPUFeatures(CPUFeatures *f) {
  memset(f, 0, sizeof *f);
  __builtin_cpu_init();
  f->fCX8 = f->fHT = f->fAMD_3DNOW_PREFETCH = f->fTSC = f->fTSCINV = f->fTSCINV_BIT = f->fVZEROUPPER = f->fFLUSH = f->fFXSR = true;
#define HAS(field, name) f->field = __builtin_cpu_supports(name) != 0
  HAS(fCMOV, "cmov"); HAS(fMMX, "mmx"); HAS(fSSE, "sse"); HAS(fSSE2, "sse2"); HAS(fSSE3, "sse3"); HAS(fSSSE3, "ssse3");
  HAS(fSSE4_1, "sse4.1"); HAS(fSSE4_2, "sse4.2"); HAS(fPOPCNT, "popcnt"); HAS(fLZCNT, "lzcnt"); HAS(fAVX, "avx");
  HAS(fAVX2, "avx2"); HAS(fAES, "aes"); HAS(fCLMUL, "pclmul"); HAS(fBMI1, "bmi"); HAS(fBMI2, "bmi2"); HAS(fADX, "adx");
  HAS(fSHA, "sha"); HAS(fFMA, "fma"); HAS(fF16C, "f16c"); HAS(fGFNI, "gfni"); HAS(fCLWB, "clwb"); HAS(fRDPID, "rdpid");
  HAS(fFLUSHOPT, "clflushopt"); HAS(fAVX512F, "avx512f"); HAS(fAVX512DQ, "avx512dq"); HAS(fAVX512CD, "avx512cd");
  HAS(fAVX512BW, "avx512bw"); HAS(fAVX512VL, "avx512vl"); HAS(fAVX512_VPOPCNTDQ, "avx512vpopcntdq");
  HAS(fAVX512_VPCLMULQDQ, "vpclmulqdq"); HAS(fAVX512_VAES, "vaes"); HAS(fAVX512_VNNI, "avx512vnni");
  HAS(fAVX512_VBMI2, "avx512vbmi2"); HAS(fAVX512_VBMI, "avx512vbmi"); HAS(fAVX512_BITALG, "avx512bitalg");
#undef HAS
}

int checkCPUFeatures(uint8_t *built_for) { return 0; }
int checkCPUFeaturesOrExit(uint8_t *built_for, const char *message) { return 0; }
void codeSynchronization_clearCache(int64_t start, int64_t end) {}

/* The process. */

extern char **environ;
char **getEnviron(void) { return environ; }
int getThreadId(void) { return (int)syscall(SYS_gettid); }
void *mremapP(void *old, size_t from, size_t to, int flags, void *new) { return mremap(old, from, to, flags, new); }
int openSII(const char *path, int flags, int mode) { return open(path, flags, mode); }
int fprintfSD(FILE *to, const char *format, const char *text, int number) { return fprintf(to, format, text, number); }

int64_t getThreadUserTimeSlow(int thread) {
  char path[64], line[2048];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  FILE *stat = fopen(path, "r");
  if (!stat) return -1;
  size_t read = fread(line, 1, sizeof line - 1, stat);
  fclose(stat);
  line[read] = 0;
  /* The name, in parentheses, may hold anything (proc_pid_stat(5)). */
  char *end = strrchr(line, ')');
  unsigned long user;
  if (!end || sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &user) != 1) return -1;
  return (int64_t)user * (1000000000LL / sysconf(_SC_CLK_TCK));
}

char *SVM_FindJavaTZmd(const char *home, int length) {
  const char *set = getenv("TZ");
  if (set && *set) return strdup(*set == ':' ? set + 1 : set);
  char target[PATH_MAX];
  ssize_t read = readlink("/etc/localtime", target, sizeof target - 1);
  if (read > 0) {
    target[read] = 0;
    char *zone = strstr(target, "zoneinfo/");
    if (zone) return strdup(zone + strlen("zoneinfo/"));
  }
  return strdup("UTC");
}

static svm_locale_props_t locale = {"en", "", "", "", "en", "", "", ""};
int svm_initialize_locale(void) { return SVM_LOCALE_INITIALIZATION_SUCCEEDED; }
svm_locale_props_t *svm_get_locale(void) { return &locale; }

/* Signals: counted where they arrive, told to a thread of the program's that waits for them. */

static sem_t arrived;
static int pending[NSIG];
static int opened;

static void count(int signal) {
  int kept = errno;
  __sync_fetch_and_add(&pending[signal], 1);
  sem_post(&arrived);
  errno = kept;
}

int cSunMiscSignal_open(void) {
  if (__sync_bool_compare_and_swap(&opened, 0, 1)) return sem_init(&arrived, 0, 0);
  errno = EBUSY;
  return -1;
}

int cSunMiscSignal_close(void) {
  opened = 0;
  return sem_destroy(&arrived);
}

int cSunMiscSignal_awaitSemaphore(void) {
  int result;
  while ((result = sem_wait(&arrived)) == -1 && errno == EINTR) {}
  return result;
}

int cSunMiscSignal_signalSemaphore(void) { return sem_post(&arrived); }
bool cSunMiscSignal_signalRangeCheck(int signal) { return signal > 0 && signal < NSIG; }
void *cSunMiscSignal_signalHandlerFunctionPointer(void) { return (void *)count; }

int cSunMiscSignal_checkPendingSignal(void) {
  for (int signal = 1; signal < NSIG; signal++) {
    int waiting = pending[signal];
    if (waiting > 0 && __sync_bool_compare_and_swap(&pending[signal], waiting, waiting - 1)) return signal;
  }
  return -1;
}

/* What the JDK's own libraries ask of a virtual machine (jvm.h). */

void initialize(void) {}
int JVM_GetInterfaceVersion(void) { return 6; }
void *JVM_FindLibraryEntry(void *handle, const char *name) { return dlsym(handle, name); }
int JVM_GetHostName(char *name, int length) { return gethostname(name, length); }
void JVM_Halt(int code) { exit(code); }
void JVM_BeforeHalt(void) {}
char *JVM_NativePath(char *path) { return path; }
jboolean JVM_IsStaticallyLinked(void) { return JNI_FALSE; }
jstring JVM_GetTemporaryDirectory(JNIEnv *env) { return (*env)->NewStringUTF(env, "/tmp"); }

int JVM_ActiveProcessorCount(void) {
  cpu_set_t ours;
  return sched_getaffinity(0, sizeof ours, &ours) == 0 ? CPU_COUNT(&ours) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int JVM_GetLastErrorString(char *text, int length) {
  if (!errno) return 0;
  snprintf(text, length, "%s", strerror(errno));
  return (int)strlen(text);
}

static jlong nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (jlong)now.tv_sec * 1000000000LL + now.tv_nsec;
}

jlong JVM_CurrentTimeMillis(void *env, void *type) { return nanoseconds(CLOCK_REALTIME) / 1000000; }
jlong JVM_NanoTime(void *env, void *type) { return nanoseconds(CLOCK_MONOTONIC); }
jlong Java_java_lang_System_currentTimeMillis(void *env, void *type) { return JVM_CurrentTimeMillis(env, type); }
jlong Java_java_lang_System_nanoTime(void *env, void *type) { return JVM_NanoTime(env, type); }

jlong JVM_GetNanoTimeAdjustment(void *env, void *type, jlong since) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  jlong seconds = (jlong)now.tv_sec - since;
  return seconds >= 0x100000000LL || seconds <= -0x100000000LL ? -1 : seconds * 1000000000LL + now.tv_nsec;
}

jlong Java_jdk_internal_misc_VM_getNanoTimeAdjustment(void *env, void *type, jlong since) {
  return JVM_GetNanoTimeAdjustment(env, type, since);
}

void *JVM_RawMonitorCreate(void) {
  pthread_mutex_t *monitor = malloc(sizeof *monitor);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(monitor, &attributes);
  return monitor;
}

void JVM_RawMonitorDestroy(void *monitor) {
  pthread_mutex_destroy(monitor);
  free(monitor);
}

jint JVM_RawMonitorEnter(void *monitor) { return pthread_mutex_lock(monitor); }
void JVM_RawMonitorExit(void *monitor) { pthread_mutex_unlock(monitor); }

/* Nothing that the management library asks for is there; it asks when it is loaded, and takes no for an answer later. */
static jint unsupported(void) { return -1; }
#define EIGHT unsupported, unsupported, unsupported, unsupported, unsupported, unsupported, unsupported, unsupported
static jint (*const management[])(void) = {EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT};
void *JVM_GetManagement(jint version) { return (void *)management; }

int jio_vfprintf(FILE *to, const char *format, va_list arguments) { return vfprintf(to, format, arguments); }

int jio_vsnprintf(char *text, size_t size, const char *format, va_list arguments) {
  if ((intptr_t)size <= 0) return -1;
  int length = vsnprintf(text, size, format, arguments);
  return length < 0 || (size_t)length >= size ? -1 : length;
}

int jio_snprintf(char *text, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = jio_vsnprintf(text, size, format, arguments);
  va_end(arguments);
  return length;
}

int jio_fprintf(FILE *to, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vfprintf(to, format, arguments);
  va_end(arguments);
  return length;
}

/* The container: none. */

int svm_container_initialize(int version) { return 0; }
size_t svm_container_physical_memory(void) { return (size_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE); }
int64_t svm_container_memory_limit_in_bytes(void) { return -1; }
int64_t svm_container_memory_and_swap_limit_in_bytes(void) { return -1; }
int64_t svm_container_memory_soft_limit_in_bytes(void) { return -1; }
int64_t svm_container_memory_usage_in_bytes(void) { return -1; }
int64_t svm_container_memory_max_usage_in_bytes(void) { return -1; }
int64_t svm_container_rss_usage_in_bytes(void) { return -1; }
int64_t svm_container_cache_usage_in_bytes(void) { return -1; }
int svm_container_active_processor_count(void) { return JVM_ActiveProcessorCount(); }
