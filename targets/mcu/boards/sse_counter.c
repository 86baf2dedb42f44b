/* System counter of the Corstone SSE-300: counts up in 64 bits, seen through any of its timers.
 * Under QEMU's -icount it advances by a fixed number of ticks an instruction. */
#include "board.h"
#include "board_config.h"
#include "semihosting.h"

#define COUNTER_CONTROL (*(volatile uint32_t*)0x58100000u)
#define COUNT_LOW (*(volatile uint32_t*)BOARD_TIMER)

void board_start_timer(void) { COUNTER_CONTROL = 1; }

uint32_t board_ticks(void) { return COUNT_LOW; }
