// The same shapes on Go's channels: channel_go SENDERS RECEIVERS CAPACITY MESSAGES
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

func number(i int) int {
	n, err := strconv.Atoi(os.Args[i])
	if err != nil {
		panic(err)
	}
	return n
}

func share(all, n, i int) int {
	if i < all%n {
		return all/n + 1
	}
	return all / n
}

func main() {
	senders, receivers, messages := number(1), number(2), number(4)
	c := make(chan uint64, number(3))
	start := make(chan struct{})
	var done sync.WaitGroup
	done.Add(senders + receivers)
	for i := 0; i < senders; i++ {
		go func(n int) {
			<-start
			for j := 0; j < n; j++ {
				c <- uint64(j)
			}
			done.Done()
		}(share(messages, senders, i))
	}
	for i := 0; i < receivers; i++ {
		go func(n int) {
			<-start
			var sum uint64
			for j := 0; j < n; j++ {
				sum += <-c
			}
			done.Done()
		}(share(messages, receivers, i))
	}
	time.Sleep(time.Millisecond)
	began := time.Now()
	close(start)
	done.Wait()
	fmt.Printf("%.1f\n", float64(time.Since(began).Nanoseconds())/float64(messages))
}
