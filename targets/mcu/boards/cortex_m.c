/* Start-up of Cortex-M boards; the timer that counts instructions has a file of its own. */
#include "board.h"
#include "board_config.h"
#include "semihosting.h"

extern uint32_t board_data_load[], board_data[], board_data_end[], board_bss[], board_bss_end[];
int main(void);
void board_reset(void);

intptr_t semihosting(intptr_t operation, intptr_t block) {
  register intptr_t r0 __asm__("r0") = operation;
  register intptr_t r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

uint32_t board_instructions(uint32_t ticks) {
  return (uint32_t)((uint64_t)ticks * BOARD_INSTRUCTIONS / BOARD_TICKS);
}

void board_reset(void) {
  const uint32_t* from = board_data_load;
  uint32_t* to;
  for (to = board_data; to != board_data_end; ++to, ++from) *to = *from;
  for (to = board_bss; to != board_bss_end; ++to) *to = 0;
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t*)0xE000ED88u |= 0xFu << 20; /* the floating-point and vector unit */
#endif
  board_start_timer();
  board_paint_stack();
  (void)main();
  for (;;) continue;
}

static void fault(void) { board_exit(70); }
void board_tick(void) __attribute__((weak, alias("fault")));

#define SYSTICK ((volatile uint32_t*)0xE000E010u)
enum { CONTROL = 0, RELOAD = 1, VALUE = 2 };

void board_start_ticks(uint32_t instructions) {
  SYSTICK[RELOAD] = (uint32_t)((uint64_t)instructions * BOARD_TICKS / BOARD_INSTRUCTIONS) - 1u;
  SYSTICK[VALUE] = 0;
  SYSTICK[CONTROL] = instructions != 0 ? 7 : 0; /* the processor's clock, interrupt, on */
}

typedef void (*handler_t)(void);
typedef struct {
  const uint32_t* stack;
  handler_t handler[15];
} vectors_t;
__attribute__((section(".vectors"), used)) static const vectors_t vectors = {
    board_stack_top,
    {board_reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault,
     board_tick}};
